-- Whose stock moved, of the ledger so far: some lines at a time, committed each.
-- souk: no transaction
DO $$
DECLARE
  last TEXT := '';
  batch TEXT[];
BEGIN
  LOOP
    SELECT array_agg(next.id) INTO batch
    FROM (SELECT id FROM stock_movement WHERE id > last ORDER BY id LIMIT 1000) next (id);
    EXIT WHEN batch IS NULL;
    UPDATE stock_movement m SET seller_id = v.seller_id FROM product_variant v
    WHERE m.id = ANY(batch) AND m.seller_id IS NULL AND v.id = m.variant_id;
    COMMIT;
    SELECT max(id) INTO last FROM unnest(batch) AS one (id);
  END LOOP;
END;
$$;
