-- Notifications marks the notice of a room as read when somebody has read the room, and has heard of that
-- for a while only: the notice of what was read before stays unread, as nothing is left there to be read
-- again. So it is told again how far people have read, in rooms of which there may still be a notice. What
-- is known already changes nothing.
-- souk: no transaction
--
-- Some of them at a time, committed each: the streams of all at once would be locked against everybody
-- until the end. A batch's streams are locked by a statement of its own, so that the next one reads what
-- was committed by those who had them before: an event tells what is so where it stands in the stream.
-- Each batch is due a second after the one before, so that what happens meanwhile is handed over between
-- them and not behind all. When this is run again, it tells again, which changes nothing.
DO $$
DECLARE
  last TEXT := '';
  batch TEXT[];
  due TIMESTAMPTZ := date_trunc('milliseconds', clock_timestamp());
BEGIN
  LOOP
    SELECT array_agg(next.id) INTO batch
    FROM (
      SELECT DISTINCT user_id FROM participant WHERE user_id > last AND read_event_sequence > 0
      ORDER BY 1 LIMIT 100) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'user:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'user:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'user:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH reading AS MATERIALIZED (
      SELECT 'user:' || p.user_id AS stream,
        jsonb_build_object('roomId', p.room_id, 'userId', p.user_id, 'readUpTo', p.read_event_sequence) AS payload,
        row_number() OVER (PARTITION BY p.user_id ORDER BY p.room_id) AS nth,
        count(*) OVER (PARTITION BY p.user_id) AS many
      FROM participant p JOIN room r ON r.id = p.room_id
      WHERE p.user_id = ANY(batch) AND p.read_event_sequence > 0
        AND r.last_message_at > now() - interval '180 days'
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + reading.many FROM reading
      WHERE event_stream.stream = reading.stream AND reading.nth = 1
      RETURNING event_stream.stream, event_stream.sequence
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream,
        head.sequence - reading.many + reading.nth, 'chat.RoomRead', 1, reading.payload, clock_timestamp()
      FROM reading JOIN head USING (stream) ORDER BY stream, nth
      RETURNING id, position, stream, sequence, occurred_at
    )
    INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at, due_at)
    SELECT 'notifications', id, position, stream, sequence, occurred_at, due FROM record;

    COMMIT;
    SELECT max(id) INTO last FROM unnest(batch) AS one (id);
    due := due + interval '1 second';
  END LOOP;
END;
$$;
