-- Those of what is settled alone stand in their place.
DROP INDEX "delivery_created_at_idx";
DROP INDEX "email_message_created_at_idx";
DROP INDEX "push_message_created_at_idx";
DROP INDEX "sms_message_created_at_idx";
DROP INDEX "webhook_attempt_created_at_idx";
