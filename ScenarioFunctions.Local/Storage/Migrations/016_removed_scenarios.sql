-- The ids of removed scenarios, also while one is being removed: no image of it is begun, and none of its ids is used again,
-- as its images were charged under them.
CREATE TABLE removed_scenarios (
    id         TEXT PRIMARY KEY NOT NULL,
    removed_at TEXT NOT NULL
);

CREATE TRIGGER video_scenarios_not_removed BEFORE INSERT ON video_scenarios
WHEN EXISTS (SELECT 1 FROM removed_scenarios WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'The scenario was deleted.');
END;
