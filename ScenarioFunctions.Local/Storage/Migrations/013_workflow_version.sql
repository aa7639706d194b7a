-- The version of the workflow that a task runs in: those that are there were posted before there were versions.
ALTER TABLE tasks ADD COLUMN workflow_version INTEGER NOT NULL DEFAULT 1;
