-- souk: no transaction
-- Old deliveries that are settled are forgotten; those that still wait stay, and are not looked at for it.
CREATE INDEX CONCURRENTLY "delivery_settled" ON "delivery" ("created_at") WHERE "status" <> 'PENDING';
