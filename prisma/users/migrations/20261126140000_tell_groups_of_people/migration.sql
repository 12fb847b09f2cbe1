-- Groups finds members by their names, and has kept these for a while only. The log may not reach back far
-- enough, so each account's names are told again. Names that are known already change nothing.
-- souk: no transaction
--
-- Some of them at a time, committed each, and due a second after those before: see
-- 20261126064500_tell_confirmed_addresses.
DO $$
DECLARE
  last TEXT := '';
  batch TEXT[];
  due TIMESTAMPTZ := date_trunc('milliseconds', clock_timestamp());
BEGIN
  LOOP
    SELECT array_agg(next.id) INTO batch
    FROM (SELECT id FROM account WHERE id > last AND deleted_at IS NULL ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'user:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'user:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'user:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'user:' || id AS stream, jsonb_build_object('userId', id, 'username', username,
        'displayName', display_name, 'locale', locale, 'changed', '[]'::jsonb) AS payload
      FROM account WHERE id = ANY(batch) AND deleted_at IS NULL
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + 1 FROM told
      WHERE event_stream.stream = told.stream
      RETURNING event_stream.stream, event_stream.sequence, told.payload
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, sequence, 'users.ProfileUpdated', 1, payload,
        clock_timestamp()
      FROM head
      RETURNING id, position, stream, sequence, occurred_at
    )
    INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at, due_at)
    SELECT 'groups', id, position, stream, sequence, occurred_at, due FROM record;

    COMMIT;
    SELECT max(id) INTO last FROM unnest(batch) AS one (id);
    due := due + interval '1 second';
  END LOOP;
END;
$$;
