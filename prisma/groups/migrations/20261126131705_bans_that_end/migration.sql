-- souk: no transaction
CREATE INDEX CONCURRENTLY group_ban_ends ON group_ban (until) WHERE until IS NOT NULL;
