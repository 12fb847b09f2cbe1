-- souk: no transaction
-- Those whose time to grow is over are found by it; there are few.
CREATE INDEX CONCURRENTLY message_growing ON message (growing_until) WHERE growing_until IS NOT NULL;
