-- Where a task's end is reported, as JSON; null when nobody asked for that.
ALTER TABLE tasks ADD COLUMN callback BLOB;

-- The report of each task that has ended and has a callback. run is that of the callback: a failed task can be
-- continued, and then ends again.
CREATE TABLE webhooks (
    seq INTEGER PRIMARY KEY REFERENCES tasks (seq),
    run INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    last_attempt_at TEXT,
    next_attempt_at TEXT,
    error TEXT
);

CREATE INDEX webhooks_pending ON webhooks (seq) WHERE status = 'pending';
