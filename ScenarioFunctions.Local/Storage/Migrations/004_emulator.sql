-- What the RunwayML emulator was asked for. What has become of it follows from the clock.
CREATE TABLE emulator_generations (
    id           TEXT PRIMARY KEY NOT NULL,
    model        TEXT NOT NULL,
    prompt_text  TEXT NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    seed         INTEGER,
    credits      INTEGER NOT NULL,
    failure_code TEXT, -- how it ends; null for an image
    duration     REAL NOT NULL, -- seconds, once its turn has come
    created_at   TEXT NOT NULL,
    deleted_at   TEXT -- cancelled when open, else deleted
);

CREATE INDEX emulator_generations_by_time ON emulator_generations (created_at);
