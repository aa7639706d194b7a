-- A user's tasks, newest first, and how many of them are open.
CREATE INDEX tasks_by_user ON tasks (user_id, seq);
CREATE INDEX tasks_open_by_user ON tasks (user_id) WHERE state = 'open';
