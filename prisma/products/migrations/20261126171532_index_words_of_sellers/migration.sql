-- souk: no transaction
CREATE INDEX CONCURRENTLY "seller_search_idx" ON "seller" USING GIN ("search") WITH (fastupdate = off);
