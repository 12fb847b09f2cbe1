-- souk: no transaction
CREATE INDEX CONCURRENTLY "price_change_changed_at_idx" ON "price_change"("changed_at");
