-- souk: no transaction
-- Old mails that are settled are forgotten; those that still wait stay, and are not looked at for it.
CREATE INDEX CONCURRENTLY "email_message_settled" ON "email_message" ("created_at") WHERE "status" <> 'PENDING';
