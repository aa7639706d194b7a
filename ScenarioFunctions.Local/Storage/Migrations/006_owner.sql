-- The one process that may write. The epoch grows with each that opens the database; lock_id is that of the lock file it holds.
CREATE TABLE owner (
    epoch   INTEGER NOT NULL,
    lock_id TEXT
);

INSERT INTO owner (epoch) VALUES (0);

-- Who orders the scene's image just now, from before the order is sent until its generation is recorded.
ALTER TABLE video_scenes ADD COLUMN taken_by TEXT;
ALTER TABLE video_scenes ADD COLUMN taken_until INTEGER; -- milliseconds since 1970

CREATE INDEX video_scenes_taken ON video_scenes (id) WHERE taken_by IS NOT NULL;
