-- Notifications keeps what variants cost, to know when a price falls, and what their products are called.
-- Each product is told to it once as a whole; what is known already changes nothing.
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
    FROM (SELECT id FROM product WHERE id > last ORDER BY 1 LIMIT 500) next (id);
    EXIT WHEN batch IS NULL;

    INSERT INTO event_stream (stream, sequence)
    SELECT 'product:' || id, 0 FROM unnest(batch) AS one (id) ORDER BY 'product:' || id COLLATE "C"
    ON CONFLICT (stream) DO NOTHING;
    PERFORM 1 FROM event_stream
    WHERE stream IN (SELECT 'product:' || id FROM unnest(batch) AS one (id))
    ORDER BY stream COLLATE "C" FOR UPDATE;

    WITH told AS MATERIALIZED (
      SELECT 'product:' || p.id AS stream, jsonb_build_object('productId', p.id,
        'sellerId', p.seller_id, 'slug', p.slug, 'title', p.title, 'status', p.status,
        'version', p.version, 'changed', '[]'::jsonb,
        'categoryIds', coalesce((SELECT jsonb_agg(c.category_id) FROM product_category c
          WHERE c.product_id = p.id), '[]'::jsonb),
        'variants', coalesce((SELECT jsonb_agg(jsonb_build_object('variantId', v.id, 'sku', v.sku,
            'title', v.title, 'priceMinor', v.price_minor, 'currency', v.currency,
            'weightGrams', v.weight_grams) ORDER BY v.position)
          FROM product_variant v WHERE v.product_id = p.id), '[]'::jsonb)) AS payload
      FROM product p WHERE p.id = ANY(batch)
    ), head AS (
      UPDATE event_stream SET sequence = event_stream.sequence + 1 FROM told
      WHERE event_stream.stream = told.stream
      RETURNING event_stream.stream, event_stream.sequence, told.payload
    ), record AS (
      INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
      SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, sequence,
        'products.ProductUpdated', 2, payload, clock_timestamp()
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
