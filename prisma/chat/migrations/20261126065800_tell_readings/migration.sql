-- Notifications marks the notice of a room as read when somebody has read the room, and has heard of that
-- for a while only: the notice of what was read before stays unread, as nothing is left there to be read
-- again. So it is told again how far people have read, in rooms of which there may still be a notice. What
-- is known already changes nothing.
-- The same statement as the runtime's log appends with, so what is written meanwhile stays in order.
WITH reading AS MATERIALIZED (
  SELECT 'user:' || p.user_id AS stream,
    jsonb_build_object('roomId', p.room_id, 'userId', p.user_id, 'readUpTo', p.read_event_sequence) AS payload,
    row_number() OVER (PARTITION BY p.user_id ORDER BY p.room_id) AS nth,
    count(*) OVER (PARTITION BY p.user_id) AS many
  FROM participant p JOIN room r ON r.id = p.room_id
  WHERE p.read_event_sequence > 0 AND r.last_message_at > now() - interval '180 days'
), head AS (
  INSERT INTO event_stream (stream, sequence)
  SELECT stream, max(many) FROM reading GROUP BY stream ORDER BY stream COLLATE "C"
  ON CONFLICT (stream) DO UPDATE SET sequence = event_stream.sequence + excluded.sequence
  RETURNING stream, sequence
), record AS (
  INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
  SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream,
    head.sequence - reading.many + reading.nth, 'chat.RoomRead', 1, reading.payload, clock_timestamp()
  FROM reading JOIN head USING (stream) ORDER BY stream, nth
  RETURNING id, position, stream, sequence, occurred_at
)
INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at)
SELECT 'notifications', id, position, stream, sequence, occurred_at FROM record;
