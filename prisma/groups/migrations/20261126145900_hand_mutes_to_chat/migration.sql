-- Chat follows who is muted in a group, and has done so for a while only: each mute is announced to it once
-- more. One that it knows already changes nothing. Whoever left is muted again when they come back.
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
    FROM (SELECT id FROM membership WHERE id > last AND muted_at IS NOT NULL ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'group:' || group_id FROM membership WHERE id = ANY(batch))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH muted AS MATERIALIZED (
      SELECT 'group:' || group_id AS stream, row_number() OVER (PARTITION BY group_id ORDER BY id) AS place,
        jsonb_build_object('groupId', group_id, 'memberId', id, 'userId', user_id, 'joinedAt', joined_at,
          'role', CASE role WHEN 'GUEST' THEN 'MEMBER' ELSE role END, 'until', muted_until) AS payload
      FROM membership WHERE id = ANY(batch) AND muted_at IS NOT NULL
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + more.count
      FROM (SELECT stream, count(*) FROM muted GROUP BY stream) more
      WHERE event_stream.stream = more.stream
      RETURNING event_stream.stream, event_stream.sequence - more.count AS before
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, before + place, 'groups.MemberMuted', 1,
        payload, clock_timestamp()
      FROM muted JOIN head USING (stream)
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
