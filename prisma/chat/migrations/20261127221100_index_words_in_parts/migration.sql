-- souk: no transaction
-- Without a list of entries still to sort in, which every part that is looked into would read to its end.
CREATE INDEX CONCURRENTLY message_search_in_part ON message
  USING gin (words_in_part(search, author_id, thread_root_id, room_id, event_sequence)) WITH (fastupdate = off)
  WHERE search IS NOT NULL;
