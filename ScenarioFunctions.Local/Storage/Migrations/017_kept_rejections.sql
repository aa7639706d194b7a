-- A rejected image counts to the daily limit also when another image has taken its place.
CREATE TRIGGER video_scenes_rejection_kept AFTER UPDATE OF failure_reason ON video_scenes
WHEN old.failure_reason = 'content_rejected' AND new.failure_reason IS NOT 'content_rejected'
BEGIN
    DELETE FROM removed_images WHERE updated_at < strftime('%Y-%m-%dT%H:%M:%S', new.updated_at, '-2 days');
    INSERT INTO removed_images (user_id, is_rejected, updated_at)
    SELECT user_id, 1, old.updated_at FROM video_scenarios WHERE id = old.scenario_id;
END;
