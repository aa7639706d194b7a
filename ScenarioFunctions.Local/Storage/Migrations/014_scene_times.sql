-- When a scene's image was ordered, stored and ended, which order it was, and RunwayML's code of a failure. Null where it is not
-- known, as in all rows that are there.
ALTER TABLE video_scenes ADD COLUMN failure_code TEXT;
ALTER TABLE video_scenes ADD COLUMN ordered_at TEXT;
ALTER TABLE video_scenes ADD COLUMN image_attempt INTEGER;
ALTER TABLE video_scenes ADD COLUMN stored_at TEXT;
ALTER TABLE video_scenes ADD COLUMN ended_at TEXT;
ALTER TABLE video_scene_images ADD COLUMN failure_code TEXT;
ALTER TABLE video_scene_images ADD COLUMN ordered_at TEXT;
ALTER TABLE video_scene_images ADD COLUMN image_attempt INTEGER;
ALTER TABLE video_scene_images ADD COLUMN stored_at TEXT;
ALTER TABLE video_scene_images ADD COLUMN ended_at TEXT;

-- The image that a scenario was saved with is copied with its times, in the statement that ends its scene.
CREATE TRIGGER video_scene_images_times AFTER INSERT ON video_scene_images WHEN new.id = new.scene_id
BEGIN
    UPDATE video_scene_images
    SET (ordered_at, image_attempt, stored_at, ended_at) =
        (SELECT ordered_at, image_attempt, stored_at, ended_at FROM video_scenes WHERE id = new.id)
    WHERE id = new.id;
END;
