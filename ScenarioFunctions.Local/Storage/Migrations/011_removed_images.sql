-- What the daily limits still count of scenarios that were removed; kept for two days.
CREATE TABLE removed_images (
    user_id               TEXT NOT NULL,
    image_service_credits INTEGER,
    is_rejected           INTEGER NOT NULL,
    updated_at            TEXT NOT NULL
);

CREATE INDEX removed_images_by_time ON removed_images (updated_at);
