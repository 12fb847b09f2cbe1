-- souk: no transaction
CREATE INDEX CONCURRENTLY notification_unread ON notification (user_id, updated_at DESC, id DESC)
  WHERE read_at IS NULL AND dismissed_at IS NULL;
