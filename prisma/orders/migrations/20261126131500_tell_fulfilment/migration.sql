-- What was sent or paid back stayed in stock, set aside for its order: what became of each line so far is
-- told to products, which moves stock by what it has not heard yet.
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
      SELECT DISTINCT seller_order_id FROM order_line
      WHERE seller_order_id > last AND (shipped_quantity > 0 OR refunded_quantity > 0)
      ORDER BY 1 LIMIT 500
    ) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'seller-order:' || id, 0 FROM unnest(batch) AS one (id)
    ORDER BY 'seller-order:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'seller-order:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH moved AS (
      SELECT l.*, l.quantity - l.shipped_quantity - greatest(0, l.quantity - l.shipped_quantity
        - greatest(0, l.refunded_quantity - l.returned_quantity)) AS dropped
      FROM order_line l
      WHERE l.seller_order_id = ANY(batch) AND (l.shipped_quantity > 0 OR l.refunded_quantity > 0)
    ), told AS MATERIALIZED (
      SELECT 'seller-order:' || s.id AS stream, jsonb_build_object('orderId', s.order_id,
        'sellerOrderId', s.id, 'sellerId', s.seller_id,
        'lines', (SELECT jsonb_agg(jsonb_build_object('variantId', m.variant_id,
            'shipped', m.shipped_quantity, 'released', m.dropped - m.lost_quantity,
            'lost', m.lost_quantity, 'restocked', m.restocked_quantity))
          FROM moved m WHERE m.seller_order_id = s.id)) AS payload
      FROM seller_order s WHERE s.id = ANY(batch)
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + 1 FROM told
      WHERE event_stream.stream = told.stream
      RETURNING event_stream.stream, event_stream.sequence, told.payload
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, sequence, 'orders.FulfilmentChanged', 1,
        payload, clock_timestamp()
      FROM head
      RETURNING id, position, stream, sequence, occurred_at
    )
    INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at, due_at)
    SELECT 'products', id, position, stream, sequence, occurred_at, due FROM record;

    COMMIT;
    SELECT max(id) INTO last FROM unnest(batch) AS one (id);
    due := due + interval '1 second';
  END LOOP;
END;
$$;
