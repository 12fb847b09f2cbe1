-- CreateIndex
CREATE INDEX "email_message_to_address_idx" ON "email_message"("to_address");
