-- The directory is searched for any part of name, slug or description, which only trigrams find by
-- an index.
-- Pages of the members with one role.
CREATE INDEX "membership_group_id_role_id_idx" ON "membership"("group_id", "role", "id");

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX community_name_search ON community USING gin (name gin_trgm_ops)
  WHERE visibility = 'PUBLIC' AND archived_at IS NULL;
CREATE INDEX community_slug_search ON community USING gin (slug gin_trgm_ops)
  WHERE visibility = 'PUBLIC' AND archived_at IS NULL;
CREATE INDEX community_description_search ON community USING gin (description gin_trgm_ops)
  WHERE visibility = 'PUBLIC' AND archived_at IS NULL;
