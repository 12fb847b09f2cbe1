-- souk: no transaction
-- Mails to an address that was nobody's go first, among all that stay for two months more.
CREATE INDEX CONCURRENTLY "email_message_to_nobody" ON "email_message" ("created_at") WHERE "status" <> 'PENDING' AND "user_id" IS NULL;
