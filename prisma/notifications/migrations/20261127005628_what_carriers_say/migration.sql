-- CreateIndex
CREATE INDEX "mail_address_address_idx" ON "mail_address"("address");

-- A set that grew: the check is replaced by a wider one.
ALTER TABLE sms_message DROP CONSTRAINT sms_message_status;
ALTER TABLE sms_message ADD CONSTRAINT sms_message_status CHECK (
  status IN ('PENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'SUPPRESSED', 'FAILED')) NOT VALID;
