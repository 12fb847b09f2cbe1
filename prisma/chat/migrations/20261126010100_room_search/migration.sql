-- The directory is searched for any part of a name or topic, which only trigrams find by an index.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX room_public_name ON room USING gin (name gin_trgm_ops)
  WHERE kind = 'PUBLIC' AND archived_at IS NULL;
CREATE INDEX room_public_topic ON room USING gin (topic gin_trgm_ops)
  WHERE kind = 'PUBLIC' AND archived_at IS NULL;
