-- Words are cut by the runtime, the same for index and query. Those that the database makes here stay
-- until a worker has made them anew (search_version 0), so everybody is found meanwhile.
DROP INDEX account_username_prefix, account_display_name_prefix;

ALTER TABLE "account"
  ADD COLUMN "search" tsvector,
  ADD COLUMN "search_version" INTEGER NOT NULL DEFAULT 0;
UPDATE "account"
SET "search" = setweight(to_tsvector('simple', username || ' ' || display_name), 'A');

CREATE INDEX "account_search_version_id_idx" ON "account"("search_version", "id");
-- Without a list of entries still to sort in, which every search would read to its end.
CREATE INDEX account_search ON account USING gin (search) WITH (fastupdate = off)
  WHERE deleted_at IS NULL;
