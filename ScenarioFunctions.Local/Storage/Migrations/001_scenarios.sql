-- The same shape as the tables in Supabase. Times are ISO 8601 text in UTC, ids are text.

CREATE TABLE video_scenarios (
    id                 TEXT PRIMARY KEY NOT NULL,
    short_id           TEXT NOT NULL,
    user_id            TEXT NOT NULL,
    title              TEXT NOT NULL,
    description        TEXT NOT NULL,
    script             TEXT NOT NULL,
    scene_count        INTEGER NOT NULL,
    estimated_duration REAL NOT NULL, -- seconds
    metadata           TEXT NOT NULL CHECK (json_valid(metadata)),
    created_at         TEXT NOT NULL
);

CREATE TABLE video_scenes (
    id                          TEXT PRIMARY KEY NOT NULL,
    scenario_id                 TEXT NOT NULL REFERENCES video_scenarios (id) ON DELETE CASCADE,
    scene_number                INTEGER NOT NULL,
    description                 TEXT NOT NULL,
    duration                    REAL NOT NULL, -- seconds
    image_prompt                TEXT NOT NULL,
    visual_prompt               TEXT NOT NULL,
    product_reference_image_url TEXT,
    image_reasoning             TEXT,
    image_url                   TEXT,
    status                      TEXT NOT NULL,
    failure_reason              TEXT,
    generation_id               TEXT,
    image_note                  TEXT,
    created_at                  TEXT NOT NULL,
    updated_at                  TEXT NOT NULL,
    UNIQUE (scenario_id, scene_number)
);
