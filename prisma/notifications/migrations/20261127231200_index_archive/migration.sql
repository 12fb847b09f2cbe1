-- souk: no transaction
CREATE INDEX CONCURRENTLY notification_archive ON notification (user_id, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND archived_at IS NOT NULL;
