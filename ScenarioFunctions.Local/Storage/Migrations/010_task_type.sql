-- What a task does: all that are there save scenarios.
ALTER TABLE tasks ADD COLUMN task_type TEXT NOT NULL DEFAULT 'SAVE_SCENARIO';
