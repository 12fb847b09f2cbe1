-- souk: no transaction
-- Old pushes that are settled are forgotten; those that still wait stay, and are not looked at for it.
CREATE INDEX CONCURRENTLY "push_message_settled" ON "push_message" ("created_at") WHERE "status" <> 'PENDING';
