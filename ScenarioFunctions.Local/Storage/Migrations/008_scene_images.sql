-- Every image that a scene has had, and those that are being made anew. A scene shows the one whose URL it has.
ALTER TABLE video_scenarios ADD COLUMN task_id TEXT; -- that saved it; unknown for some of version 0.1.0
ALTER TABLE video_scenes ADD COLUMN image_model TEXT;
ALTER TABLE video_scenes ADD COLUMN image_ratio TEXT;
ALTER TABLE video_scenes ADD COLUMN image_seed INTEGER;
ALTER TABLE video_scenes ADD COLUMN credits_charged INTEGER;

CREATE TABLE video_scene_images (
    id                          TEXT PRIMARY KEY NOT NULL, -- the scene's, of the image that its scenario was saved with
    run_id                      TEXT, -- groups the images of the task that makes them anew; null for the others
    task_id                     TEXT,
    scenario_id                 TEXT NOT NULL,
    scene_id                    TEXT NOT NULL REFERENCES video_scenes (id) ON DELETE CASCADE,
    scene_number                INTEGER NOT NULL,
    version                     INTEGER NOT NULL,
    image_prompt                TEXT NOT NULL,
    product_reference_image_url TEXT,
    image_model                 TEXT,
    image_ratio                 TEXT,
    image_seed                  INTEGER,
    credits_charged             INTEGER,
    image_service_credits       INTEGER,
    image_url                   TEXT,
    status                      TEXT NOT NULL,
    failure_reason              TEXT,
    generation_id               TEXT,
    image_note                  TEXT,
    taken_by                    TEXT,
    taken_until                 INTEGER, -- milliseconds since 1970
    created_at                  TEXT NOT NULL,
    updated_at                  TEXT NOT NULL
);

CREATE UNIQUE INDEX video_scene_images_made ON video_scene_images (scene_id, version) WHERE status = 'completed';
CREATE UNIQUE INDEX video_scene_images_under_way ON video_scene_images (scene_id) WHERE status IN ('pending', 'generating');
CREATE INDEX video_scene_images_by_scene ON video_scene_images (scene_id);
CREATE INDEX video_scene_images_by_scenario ON video_scene_images (scenario_id, created_at);
CREATE INDEX video_scene_images_by_run ON video_scene_images (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX video_scene_images_by_time ON video_scene_images (updated_at) WHERE run_id IS NOT NULL;
CREATE INDEX video_scenarios_by_time ON video_scenarios (created_at, id);
CREATE INDEX video_scenarios_by_user ON video_scenarios (user_id, created_at, id);
CREATE INDEX video_scenarios_by_short ON video_scenarios (short_id, created_at, id);

UPDATE video_scenarios SET task_id = saved.task_id
FROM (SELECT task_id, json_extract(CAST(coalesce(result, progress) AS TEXT), '$.scenario_id') AS scenario_id FROM tasks) saved
WHERE saved.scenario_id = video_scenarios.id;

-- The image that a scenario was saved with is the first: one that was made and charged, or that the first scene had already.
CREATE VIEW video_scene_first_images AS
SELECT s.id, s.scenario_id, s.scene_number, s.image_prompt, s.product_reference_image_url, s.image_model, s.image_ratio,
    s.image_seed, s.credits_charged, s.image_service_credits, s.image_url, s.generation_id, s.image_note, s.updated_at, v.task_id
FROM video_scenes s JOIN video_scenarios v ON v.id = s.scenario_id
WHERE s.image_url IS NOT NULL AND s.status IN ('completed', 'skipped')
    AND NOT EXISTS (SELECT 1 FROM video_scene_images i WHERE i.scene_id = s.id AND i.version = 1 AND i.status = 'completed');

INSERT INTO video_scene_images
    (id, scenario_id, scene_id, scene_number, version, task_id, image_prompt, product_reference_image_url,
     credits_charged, image_service_credits, image_url, status, generation_id, image_note, created_at, updated_at)
SELECT f.id, scenario_id, f.id, scene_number, 1, task_id, image_prompt, product_reference_image_url,
    (SELECT -amount FROM credit_ledger WHERE reference IN (f.id || ':1', f.id || ':' || generation_id)),
    image_service_credits, image_url, 'completed', generation_id, image_note, updated_at, updated_at
FROM video_scene_first_images f;

CREATE TRIGGER video_scenes_saved_with_image AFTER INSERT ON video_scenes WHEN new.image_url IS NOT NULL
BEGIN
    INSERT INTO video_scene_images
        (id, scenario_id, scene_id, scene_number, version, task_id, image_prompt, product_reference_image_url,
         image_model, image_ratio, image_seed, credits_charged, image_service_credits,
         image_url, status, generation_id, image_note, created_at, updated_at)
    SELECT id, scenario_id, id, scene_number, 1, task_id, image_prompt, product_reference_image_url,
        image_model, image_ratio, image_seed, credits_charged, image_service_credits,
        image_url, 'completed', generation_id, image_note, updated_at, updated_at
    FROM video_scene_first_images WHERE id = new.id;
END;

CREATE TRIGGER video_scenes_image_made AFTER UPDATE OF status, image_url ON video_scenes WHEN new.image_url IS NOT NULL
BEGIN
    INSERT INTO video_scene_images
        (id, scenario_id, scene_id, scene_number, version, task_id, image_prompt, product_reference_image_url,
         image_model, image_ratio, image_seed, credits_charged, image_service_credits,
         image_url, status, generation_id, image_note, created_at, updated_at)
    SELECT id, scenario_id, id, scene_number, 1, task_id, image_prompt, product_reference_image_url,
        image_model, image_ratio, image_seed, credits_charged, image_service_credits,
        image_url, 'completed', generation_id, image_note, updated_at, updated_at
    FROM video_scene_first_images WHERE id = new.id;
END;

-- An image that was made anew is shown. The scene's updated_at stays: its own image's cost is counted by it.
CREATE TRIGGER video_scene_images_made_anew AFTER UPDATE OF status ON video_scene_images
WHEN new.status = 'completed' AND old.status <> 'completed'
BEGIN
    UPDATE video_scenes SET image_url = new.image_url, status = 'completed', failure_reason = NULL, image_note = new.image_note
    WHERE id = new.scene_id;
END;
