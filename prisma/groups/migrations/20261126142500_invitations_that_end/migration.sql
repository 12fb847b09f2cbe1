CREATE INDEX invite_ends ON invite (expires_at) WHERE status = 'PENDING';
