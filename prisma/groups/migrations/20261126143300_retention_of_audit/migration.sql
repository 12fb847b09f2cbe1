-- souk: no transaction
CREATE INDEX CONCURRENTLY "audit_entry_occurred_at_idx" ON "audit_entry"("occurred_at");
