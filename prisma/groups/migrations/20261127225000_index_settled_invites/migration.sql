-- souk: no transaction
-- Old ones that are settled are forgotten; those that still wait are not looked at on the way.
CREATE INDEX CONCURRENTLY invite_settled ON invite (created_at) WHERE status <> 'PENDING';
