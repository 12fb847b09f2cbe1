-- souk: no transaction
CREATE INDEX CONCURRENTLY "webhook_endpoint_responsible_id_idx" ON "webhook_endpoint"("responsible_id");
