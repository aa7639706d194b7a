-- The embedded engine's tasks. A task is open until it has completed, failed or been cancelled; it is
-- settled once nothing of it is under way any more. seq is the order of creation.
CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY,
    task_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'completed', 'failed', 'cancelled')),
    settled INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    short_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    title TEXT NOT NULL,
    scene_count INTEGER NOT NULL,
    request_hash TEXT NOT NULL,
    progress BLOB,
    result BLOB
);

CREATE INDEX tasks_unsettled ON tasks (seq) WHERE settled = 0;
CREATE INDEX tasks_by_state ON tasks (state, seq);

-- Apart from its task, so that ending the task does not write the scenario again.
CREATE TABLE task_inputs (
    seq INTEGER PRIMARY KEY REFERENCES tasks (seq),
    input BLOB NOT NULL
);

-- One row per finished step: ordinal is the order in which steps finished, position the order in which the
-- workflow called them.
CREATE TABLE journal (
    seq INTEGER NOT NULL REFERENCES tasks (seq),
    ordinal INTEGER NOT NULL,
    position INTEGER NOT NULL,
    step TEXT NOT NULL,
    result BLOB NOT NULL,
    PRIMARY KEY (seq, ordinal)
) WITHOUT ROWID;
