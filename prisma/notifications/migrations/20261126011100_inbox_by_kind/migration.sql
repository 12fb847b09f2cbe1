-- Pages and counts of the notices of one kind, which an inbox of many may have few of.
CREATE INDEX notification_inbox_by_kind ON notification (user_id, kind, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL;
-- Pages of the mails of one state, newest first.
CREATE INDEX "email_message_status_id_idx" ON "email_message"("status", "id");
