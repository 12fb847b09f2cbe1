-- souk: no transaction
CREATE INDEX CONCURRENTLY membership_mute_ends ON membership (muted_until) WHERE muted_until IS NOT NULL;
