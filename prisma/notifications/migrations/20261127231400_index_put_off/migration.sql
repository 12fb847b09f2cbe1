-- souk: no transaction
-- People put off few, one by one: all kinds share an index.
CREATE INDEX CONCURRENTLY notification_put_off ON notification (user_id, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND snoozed_until IS NOT NULL;
