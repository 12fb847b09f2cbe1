-- souk: no transaction
-- Files of imports go when they are old; pictures of products stay, and are not looked at for it.
CREATE INDEX CONCURRENTLY "own_media_of_imports" ON "own_media" ("kept_at") WHERE "purpose" = 'IMPORT_FILE';
