-- What shoppers see of a product stands on its shelves; what can be had stands on a shelf of its availability besides.
ALTER TABLE "listing" ADD COLUMN     "availability" TEXT NOT NULL DEFAULT 'NOT_FOR_SALE';

-- As `domain/availability.ts` says it of what is on sale.
CREATE FUNCTION availability_of(on_hand int, reserved int, policy text, threshold int) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN on_hand - reserved > greatest(coalesce(threshold, 0), 0) THEN 'IN_STOCK'
    WHEN on_hand > reserved THEN 'LOW'
    WHEN policy = 'CONTINUE' THEN 'BACKORDER'
    ELSE 'OUT'
  END
$$;

-- As before, with what shoppers see of the best variant, and with the shelves of what can be had.
CREATE OR REPLACE FUNCTION places_of(ids text[]) RETURNS SETOF listing LANGUAGE sql STABLE AS $$
  SELECT p.id, seller.name || '/' || category.name || stars.name || seen.shelf, p.status,
    p.status = 'ACTIVE' OR p.published_at IS NOT NULL,
    seen.availability IN ('IN_STOCK', 'LOW', 'BACKORDER'),
    p.currency, p.min_price_minor < p.max_price_minor, p.min_price_minor, p.max_price_minor, p.title_key,
    rated.average, seen.availability
  FROM product p JOIN seller s ON s.id = p.seller_id
  LEFT JOIN product_rating r ON r.product_id = p.id
  CROSS JOIN LATERAL (SELECT coalesce(
    1000 * (r.one::bigint + 2 * r.two::bigint + 3 * r.three::bigint + 4 * r.four::bigint + 5 * r.five::bigint)
      / nullif(r.one::bigint + r.two + r.three + r.four + r.five, 0), 0)::int AS average) AS rated
  CROSS JOIN LATERAL (SELECT CASE WHEN p.status = 'ACTIVE' AND s.status = 'ACTIVE' THEN coalesce((
      -- Each stock by its key: a join would be planned anew for tables that were just filled, and read them whole.
      SELECT (ARRAY['IN_STOCK', 'LOW', 'BACKORDER', 'OUT'])[min(array_position(
        ARRAY['IN_STOCK', 'LOW', 'BACKORDER', 'OUT'],
        (SELECT availability_of(i.on_hand, i.reserved, i.policy, i.low_stock_threshold)
         FROM stock_item i WHERE i.variant_id = v.id)))]
      FROM product_variant v WHERE v.product_id = p.id
    ), 'OUT') ELSE 'NOT_FOR_SALE' END AS availability OFFSET 0) AS best
  CROSS JOIN LATERAL (
    SELECT best.availability, '' AS shelf
    UNION ALL SELECT best.availability, '=' || best.availability
      WHERE best.availability IN ('IN_STOCK', 'LOW', 'BACKORDER')
  ) AS seen
  CROSS JOIN LATERAL (SELECT '' WHERE s.status = 'ACTIVE' UNION ALL SELECT p.seller_id) AS seller (name)
  CROSS JOIN LATERAL (
    SELECT '' UNION ALL SELECT c.category_id FROM product_category c WHERE c.product_id = p.id
  ) AS category (name)
  CROSS JOIN LATERAL (
    SELECT '' UNION ALL SELECT '*' || n FROM generate_series(1, rated.average / 1000) n
  ) AS stars (name)
  WHERE ids IS NULL OR p.id = ANY(ids)
$$;

CREATE OR REPLACE FUNCTION shelve(ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF ids IS NULL THEN RETURN; END IF;
  PERFORM 1 FROM listing l JOIN product p ON p.id = l.product_id
    WHERE l.product_id = ANY(ids) AND l.shelf = p.seller_id || '/' ORDER BY l.product_id FOR UPDATE OF l;
  DELETE FROM listing l WHERE l.product_id = ANY(ids)
    AND NOT EXISTS (SELECT 1 FROM places_of(ids) p WHERE p.product_id = l.product_id AND p.shelf = l.shelf);
  INSERT INTO listing AS l SELECT * FROM places_of(ids) ORDER BY 1, 2
  ON CONFLICT (product_id, shelf) DO UPDATE SET status = excluded.status,
    published = excluded.published, in_stock = excluded.in_stock, currency = excluded.currency,
    several_prices = excluded.several_prices, min_price_minor = excluded.min_price_minor,
    max_price_minor = excluded.max_price_minor, title_key = excluded.title_key, rating = excluded.rating,
    availability = excluded.availability
  WHERE l.* IS DISTINCT FROM excluded.*;
END $$;

-- Of stock, only what shoppers see matters: other sales touch nothing here.
CREATE OR REPLACE FUNCTION shelve_by_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM shelve((SELECT array_agg(DISTINCT v.product_id ORDER BY v.product_id)
      FROM fresh n JOIN product_variant v ON v.id = n.variant_id
      WHERE availability_of(n.on_hand, n.reserved, n.policy, n.low_stock_threshold) <> 'OUT'));
  ELSE
    PERFORM shelve((SELECT array_agg(DISTINCT v.product_id ORDER BY v.product_id)
      FROM fresh n JOIN stale o ON o.variant_id = n.variant_id
      JOIN product_variant v ON v.id = n.variant_id
      WHERE availability_of(n.on_hand, n.reserved, n.policy, n.low_stock_threshold)
        <> availability_of(o.on_hand, o.reserved, o.policy, o.low_stock_threshold)));
  END IF;
  RETURN NULL;
END $$;

INSERT INTO listing SELECT * FROM places_of(NULL)
ON CONFLICT (product_id, shelf) DO UPDATE SET availability = excluded.availability;
