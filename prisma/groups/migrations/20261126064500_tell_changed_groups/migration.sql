-- Chat keeps who may know of a group, and has followed its changes for a while only: a group that had
-- turned private before is still open to it. The log may not reach back that far, so each group that was
-- ever changed is told again as it is. What chat knows already changes nothing.
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
    FROM (SELECT id FROM community WHERE id > last AND version > 1 ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'group:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'group:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'group:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'group:' || id AS stream, jsonb_build_object('groupId', id, 'name', name, 'visibility', visibility,
        'version', version, 'changed', '[]'::jsonb) AS payload
      FROM community WHERE id = ANY(batch) AND version > 1
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + 1 FROM told
      WHERE event_stream.stream = told.stream
      RETURNING event_stream.stream, event_stream.sequence, told.payload
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, sequence, 'groups.GroupUpdated', 1, payload,
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
