-- souk: no transaction
CREATE INDEX CONCURRENTLY account_admins ON account (id) WHERE 'ADMIN' = ANY(roles) AND deleted_at IS NULL;
