-- souk: no transaction
-- What is forgotten is who is no member any more; members stay, and are not looked at for it.
CREATE INDEX CONCURRENTLY group_standing_former ON group_standing (changed_at) WHERE role IS NULL;
