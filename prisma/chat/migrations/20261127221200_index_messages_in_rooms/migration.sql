-- souk: no transaction
-- Where in its room's stream a search begins that goes on at an id.
CREATE INDEX CONCURRENTLY message_room_id_id_event_sequence_idx ON message (room_id, id, event_sequence);
