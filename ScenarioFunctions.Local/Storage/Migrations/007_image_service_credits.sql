-- What each scene's images cost at RunwayML, and what is counted against the limits.
ALTER TABLE video_scenes ADD COLUMN image_service_credits INTEGER;

CREATE INDEX video_scenes_spent ON video_scenes (updated_at) WHERE image_service_credits IS NOT NULL;
CREATE INDEX video_scenes_rejected ON video_scenes (updated_at) WHERE failure_reason = 'content_rejected';
