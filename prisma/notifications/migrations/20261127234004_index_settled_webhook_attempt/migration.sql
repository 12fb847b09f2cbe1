-- souk: no transaction
-- Old attempts that are settled are forgotten; those that still wait stay, and are not looked at for it.
CREATE INDEX CONCURRENTLY "webhook_attempt_settled" ON "webhook_attempt" ("created_at") WHERE "status" <> 'PENDING';
