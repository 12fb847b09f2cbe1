-- What is unread is counted by kind, from this index alone; it also does what the one before it did.
CREATE INDEX notification_unread_by_kind ON notification (user_id, kind)
  WHERE read_at IS NULL AND dismissed_at IS NULL;
DROP INDEX notification_unread;
