-- Chat lets buyers ask sellers, and has heard of none: each is told to it once more as a whole.
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
    FROM (SELECT id FROM seller WHERE id > last ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'seller:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'seller:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'seller:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'seller:' || s.id AS stream, 1 AS nth, jsonb_build_object('sellerId', s.id, 'handle', s.handle,
        'displayName', s.display_name, 'status', s.status, 'version', s.version, 'changed', '[]'::jsonb,
        'members', coalesce((SELECT jsonb_agg(jsonb_build_object('userId', m.user_id, 'role', m.role))
          FROM seller_member m WHERE m.seller_id = s.id AND m.accepted_at IS NOT NULL), '[]'),
        'commissions', coalesce((SELECT jsonb_agg(jsonb_build_object(
            'categoryId', nullif(c.category_id, ''), 'basisPoints', c.basis_points))
          FROM seller_commission c WHERE c.seller_id = s.id), '[]')) AS payload
      FROM seller s WHERE s.id = ANY(batch)
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + counted.events
      FROM (SELECT stream, count(*) AS events FROM told GROUP BY stream) counted
      WHERE event_stream.stream = counted.stream
      RETURNING event_stream.stream, event_stream.sequence - counted.events AS before
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), head.stream, head.before + told.nth,
        'products.SellerUpdated', 1, told.payload, clock_timestamp()
      FROM head JOIN told ON told.stream = head.stream
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
