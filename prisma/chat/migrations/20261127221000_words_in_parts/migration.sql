-- What a message is found by, its author and thread too, each behind the part of its room: 4,096 places of the room's stream are
-- one. An index of these is read for one part at a time, however much is said elsewhere and was said before.
CREATE FUNCTION words_in_part(search tsvector, author_id text, thread_root_id text, room_id text, event_sequence bigint)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(array_agg(right(room_id, 8) || ':' || (event_sequence >> 12)::text || ':' || word))
  FROM unnest(tsvector_to_array(search) || array_remove(ARRAY['@' || author_id, '~' || thread_root_id], NULL)) word
$$;
