-- souk: no transaction
CREATE INDEX CONCURRENTLY "media_uploaded_at_idx" ON "media"("uploaded_at");
