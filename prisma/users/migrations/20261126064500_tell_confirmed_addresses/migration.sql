-- Notifications keeps the addresses that people have confirmed, and has done so for a while only: of who
-- had confirmed before, it knows none and writes to none. The log may not reach back that far, so each
-- confirmed address is told again from the account. An address that is known already changes nothing.
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
      SELECT id FROM account
      WHERE id > last AND email_verified_at IS NOT NULL AND deleted_at IS NULL
      ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'user:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'user:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'user:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'user:' || id AS stream, jsonb_build_object('userId', id, 'email', email_canonical) AS payload
      FROM account WHERE id = ANY(batch) AND email_verified_at IS NOT NULL AND deleted_at IS NULL
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + 1 FROM told
      WHERE event_stream.stream = told.stream
      RETURNING event_stream.stream, event_stream.sequence, told.payload
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, sequence, 'users.EmailVerified', 1, payload,
        clock_timestamp()
      FROM head
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
