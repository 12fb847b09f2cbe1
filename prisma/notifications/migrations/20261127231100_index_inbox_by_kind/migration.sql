-- souk: no transaction
CREATE INDEX CONCURRENTLY notification_in_inbox_by_kind ON notification (user_id, kind, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND archived_at IS NULL AND snoozed_until IS NULL;
