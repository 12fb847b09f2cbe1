-- CreateIndex
CREATE INDEX "notification_updated_at_idx" ON "notification"("updated_at");

-- CreateIndex
CREATE INDEX "email_message_created_at_idx" ON "email_message"("created_at");
