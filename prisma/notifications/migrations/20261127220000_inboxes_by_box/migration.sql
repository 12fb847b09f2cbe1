-- Of each box the pages, by kind and of all kinds, and what is counted of it: an index that holds all boxes is walked past
-- what another one holds, and one that says nothing of them has every row fetched to be counted.
DROP INDEX notification_inbox;
CREATE INDEX notification_inbox ON notification (user_id, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND archived_at IS NULL AND snoozed_until IS NULL;
DROP INDEX notification_inbox_by_kind;
CREATE INDEX notification_inbox_by_kind ON notification (user_id, kind, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND archived_at IS NULL AND snoozed_until IS NULL;
CREATE INDEX notification_archive ON notification (user_id, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND archived_at IS NOT NULL;
CREATE INDEX notification_archive_by_kind ON notification (user_id, kind, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND archived_at IS NOT NULL;
-- People put off few, one by one.
CREATE INDEX notification_put_off ON notification (user_id, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL AND snoozed_until IS NOT NULL;
-- What is unread: pages of it, and counts from an index alone, which says whether each counts.
CREATE INDEX notification_unread ON notification (user_id, updated_at DESC, id DESC)
  WHERE read_at IS NULL AND dismissed_at IS NULL;
DROP INDEX notification_unread_by_kind;
CREATE INDEX notification_unread_by_kind ON notification (user_id, kind, updated_at DESC, id DESC)
  INCLUDE (seen_at, archived_at, snoozed_until)
  WHERE read_at IS NULL AND dismissed_at IS NULL;
