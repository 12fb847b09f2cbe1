-- souk: no transaction
-- Old texts that are settled are forgotten; those that still wait stay, and are not looked at for it.
CREATE INDEX CONCURRENTLY "sms_message_settled" ON "sms_message" ("created_at") WHERE "status" <> 'PENDING';
