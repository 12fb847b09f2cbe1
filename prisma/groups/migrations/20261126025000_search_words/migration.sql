-- Words are cut by the runtime, the same for index and query. Those that the database makes here stay
-- until a worker has made them anew (search_version 0), so everything is found meanwhile.
DROP INDEX community_name_search, community_slug_search, community_description_search;
DROP EXTENSION IF EXISTS pg_trgm;

ALTER TABLE "community"
  ADD COLUMN "search" tsvector,
  ADD COLUMN "search_version" INTEGER NOT NULL DEFAULT 0;
UPDATE "community" SET "search" = setweight(to_tsvector('simple', name || ' ' || slug), 'A')
  || setweight(to_tsvector('simple', coalesce(description, '')), 'B');

CREATE INDEX "community_search_version_id_idx" ON "community"("search_version", "id");
-- Without a list of entries still to sort in, which every search would read to its end.
CREATE INDEX community_search ON community USING gin (search) WITH (fastupdate = off)
  WHERE visibility = 'PUBLIC' AND archived_at IS NULL;
