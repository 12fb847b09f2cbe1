-- souk: no transaction
-- Nothing is looked for in it any more: it was read for all that has a word anywhere.
DROP INDEX CONCURRENTLY message_search;
