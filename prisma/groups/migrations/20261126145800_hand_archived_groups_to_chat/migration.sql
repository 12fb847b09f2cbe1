-- Chat closes the rooms of groups that are archived, and has followed that for a while only: each group that
-- is archived is announced to it once more. What is closed already stays so.
-- souk: no transaction
--
-- Some of them at a time, committed each, and due a second after those before: see
-- 20261126064500_tell_changed_groups.
DO $$
DECLARE
  last TEXT := '';
  batch TEXT[];
  due TIMESTAMPTZ := date_trunc('milliseconds', clock_timestamp());
BEGIN
  LOOP
    SELECT array_agg(next.id) INTO batch
    FROM (SELECT id FROM community WHERE id > last AND archived_at IS NOT NULL ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'group:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'group:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'group:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'group:' || id AS stream, jsonb_build_object('groupId', id) AS payload
      FROM community WHERE id = ANY(batch) AND archived_at IS NOT NULL
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + 1 FROM told
      WHERE event_stream.stream = told.stream
      RETURNING event_stream.stream, event_stream.sequence, told.payload
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, sequence, 'groups.GroupArchived', 1, payload,
        clock_timestamp()
      FROM head
      RETURNING id, position, stream, sequence, occurred_at
    )
    INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at, due_at)
    SELECT 'chat', id, position, stream, sequence, occurred_at, due FROM record;

    COMMIT;
    SELECT max(id) INTO last FROM unnest(batch) AS one (id);
    due := due + interval '1 second';
  END LOOP;
END;
$$;
