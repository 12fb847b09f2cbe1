-- souk: no transaction
CREATE INDEX CONCURRENTLY "watch_created_at_idx" ON "watch"("created_at");
