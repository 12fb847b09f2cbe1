-- souk: no transaction
-- Counts come from this index alone, which says of each row whether it counts: one that does not has every row fetched.
CREATE INDEX CONCURRENTLY notification_unread_of_kind ON notification (user_id, kind, updated_at DESC, id DESC)
  INCLUDE (seen_at, archived_at, snoozed_until)
  WHERE read_at IS NULL AND dismissed_at IS NULL;
