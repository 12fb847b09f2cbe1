-- souk: no transaction
CREATE INDEX CONCURRENTLY "seller_search_version_id_idx" ON "seller"("search_version", "id");
