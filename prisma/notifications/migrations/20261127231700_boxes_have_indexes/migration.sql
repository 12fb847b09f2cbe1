-- Each box has its own by now. Indexes go in an instant, and lists were read by these while those were built.
DROP INDEX notification_inbox;
DROP INDEX notification_inbox_by_kind;
DROP INDEX notification_unread_by_kind;
