-- Chat lets a buyer ask staff about an order, and has heard of orders for a while only: each that has a buyer is
-- announced to it.
-- souk: no transaction
--
-- Some of them at a time, committed each, and due a second after those before: see
-- 20261126064500_tell_confirmed_addresses of users.
DO $$
DECLARE
  last TEXT := '';
  batch TEXT[];
  due TIMESTAMPTZ := date_trunc('milliseconds', clock_timestamp());
BEGIN
  LOOP
    SELECT array_agg(next.id) INTO batch
    FROM (SELECT id FROM placed_order WHERE id > last AND buyer_id IS NOT NULL ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'order:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'order:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'order:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'order:' || id AS stream,
        jsonb_build_object('orderId', id, 'number', number, 'buyerId', buyer_id) AS payload
      FROM placed_order WHERE id = ANY(batch)
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + 1 FROM told
      WHERE event_stream.stream = told.stream
      RETURNING event_stream.stream, event_stream.sequence, told.payload
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, sequence, 'orders.OrderAnnounced', 1, payload,
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
