-- souk: no transaction
-- Of each box the pages, by kind and of all kinds: an index that holds all boxes is walked past what another one holds.
CREATE INDEX CONCURRENTLY notification_in_inbox ON notification (user_id, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND archived_at IS NULL AND snoozed_until IS NULL;
