-- Chat lets a buyer ask a seller about their part of an order, and has heard of no part: each that its seller has, and
-- that has a buyer, is announced to it.
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
    FROM (
      SELECT id FROM seller_order WHERE id > last AND buyer_id IS NOT NULL AND status <> 'WAITING'
      ORDER BY 1 LIMIT 500
    ) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT stream, 0
    FROM (SELECT DISTINCT 'order:' || order_id AS stream FROM seller_order WHERE id = ANY(batch)) named
    ORDER BY stream COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'order:' || order_id FROM seller_order WHERE id = ANY(batch))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'order:' || part.order_id AS stream,
        row_number() OVER (PARTITION BY part.order_id ORDER BY part.id) AS nth,
        jsonb_build_object('orderId', part.order_id, 'number', placed.number, 'buyerId', part.buyer_id,
          'sellerOrderId', part.id, 'sellerId', part.seller_id) AS payload
      FROM seller_order part JOIN placed_order placed ON placed.id = part.order_id WHERE part.id = ANY(batch)
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + counted.events
      FROM (SELECT stream, count(*) AS events FROM told GROUP BY stream) counted
      WHERE event_stream.stream = counted.stream
      RETURNING event_stream.stream, event_stream.sequence - counted.events AS before
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), head.stream, head.before + told.nth,
        'orders.SellerOrderAnnounced', 1, told.payload, clock_timestamp()
      FROM head JOIN told ON told.stream = head.stream ORDER BY head.stream, told.nth
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
