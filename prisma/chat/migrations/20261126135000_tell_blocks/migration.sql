-- Notifications keeps whom people have blocked, and has heard of it for a while only: each block there is
-- is told again. What is known already changes nothing.
-- souk: no transaction
--
-- Some of them at a time, committed each; a batch's streams are locked by a statement of its own, so that
-- an event tells what is so where it stands in its stream. Each batch is due a second after the one before.
-- When this is run again, it tells again, which changes nothing.
DO $$
DECLARE
  last TEXT := '';
  batch TEXT[];
  due TIMESTAMPTZ := date_trunc('milliseconds', clock_timestamp());
BEGIN
  LOOP
    SELECT array_agg(next.id) INTO batch
    FROM (SELECT DISTINCT blocker_id FROM blocked_user WHERE blocker_id > last ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'user:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'user:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'user:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'user:' || blocker_id AS stream, row_number() OVER (PARTITION BY blocker_id ORDER BY blocked_id) AS nth,
        jsonb_build_object('userId', blocker_id, 'blockedUserId', blocked_id, 'on', true) AS payload
      FROM blocked_user WHERE blocker_id = ANY(batch)
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + counted.events
      FROM (SELECT stream, count(*) AS events FROM told GROUP BY stream) counted
      WHERE event_stream.stream = counted.stream
      RETURNING event_stream.stream, event_stream.sequence - counted.events AS before
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), head.stream, head.before + told.nth,
        'chat.BlockChanged', 1, told.payload, clock_timestamp()
      FROM head JOIN told ON told.stream = head.stream
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
