-- Words are cut by the runtime, the same for index and query. Those that the database makes here stay
-- until a worker has made them anew (search_version 0), so everything is found meanwhile.
DROP INDEX room_public_name, room_public_topic;
DROP EXTENSION IF EXISTS pg_trgm;

ALTER TABLE "room"
  ADD COLUMN "search" tsvector,
  ADD COLUMN "search_version" INTEGER NOT NULL DEFAULT 0;
UPDATE "room" SET "search" = setweight(to_tsvector('simple', coalesce(name, '')), 'A')
  || setweight(to_tsvector('simple', coalesce(topic, '')), 'B')
WHERE kind = 'PUBLIC';

CREATE INDEX "room_search_version_id_idx" ON "room"("search_version", "id");
-- Without a list of entries still to sort in, which every search would read to its end.
CREATE INDEX room_search ON room USING gin (search) WITH (fastupdate = off)
  WHERE kind = 'PUBLIC' AND archived_at IS NULL;
