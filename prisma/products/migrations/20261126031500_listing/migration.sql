-- What lists of products are filtered and sorted by, once for each shelf that a product stands on, so
-- that every page is a walk along an index. Kept by triggers: no write can forget it.
CREATE TABLE "listing" (
    "product_id" TEXT NOT NULL,
    "shelf" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "published" BOOLEAN NOT NULL,
    "in_stock" BOOLEAN NOT NULL,
    "currency" TEXT NOT NULL,
    "several_prices" BOOLEAN NOT NULL,
    "min_price_minor" BIGINT NOT NULL,
    "max_price_minor" BIGINT NOT NULL,
    "title_key" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "listing_pkey" PRIMARY KEY ("product_id","shelf")
);
ALTER TABLE "listing" ADD CONSTRAINT "listing_product_id_fkey"
  FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A product is on sale as long as any of its variants can be had.
CREATE FUNCTION can_be_had(item stock_item) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT item.policy = 'CONTINUE' OR item.on_hand > item.reserved
$$;

-- How products stand on their shelves: that of all, their seller's, each category's, and the seller's
-- part of each category.
CREATE FUNCTION places_of(ids text[]) RETURNS SETOF listing LANGUAGE sql STABLE AS $$
  SELECT p.id, seller.name || '/' || category.name, p.status,
    p.status = 'ACTIVE' OR p.published_at IS NOT NULL,
    p.status = 'ACTIVE' AND EXISTS (
      SELECT 1 FROM product_variant v JOIN stock_item s ON s.variant_id = v.id
      WHERE v.product_id = p.id AND can_be_had(s)),
    p.currency, p.min_price_minor < p.max_price_minor, p.min_price_minor, p.max_price_minor, p.title_key
  FROM product p
  CROSS JOIN LATERAL (VALUES (''), (p.seller_id)) AS seller (name)
  CROSS JOIN LATERAL (
    SELECT '' UNION ALL SELECT c.category_id FROM product_category c WHERE c.product_id = p.id
  ) AS category (name)
  WHERE ids IS NULL OR p.id = ANY(ids)
$$;

-- Puts products where they belong now. Whoever does it for one of them has it alone until they commit:
-- two who sell the last of two variants at once would each see the other's still there.
CREATE FUNCTION shelve(ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF ids IS NULL THEN RETURN; END IF;
  PERFORM 1 FROM listing WHERE product_id = ANY(ids) AND shelf = '/' ORDER BY product_id FOR UPDATE;
  DELETE FROM listing l WHERE l.product_id = ANY(ids) AND l.shelf <> '/' AND NOT EXISTS (
    SELECT 1 FROM product p WHERE p.id = l.product_id
      AND split_part(l.shelf, '/', 1) IN ('', p.seller_id)
      AND (split_part(l.shelf, '/', 2) = '' OR EXISTS (
        SELECT 1 FROM product_category c
        WHERE c.product_id = p.id AND c.category_id = split_part(l.shelf, '/', 2))));
  INSERT INTO listing AS l SELECT * FROM places_of(ids) ORDER BY 1, 2
  ON CONFLICT (product_id, shelf) DO UPDATE SET status = excluded.status,
    published = excluded.published, in_stock = excluded.in_stock, currency = excluded.currency,
    several_prices = excluded.several_prices, min_price_minor = excluded.min_price_minor,
    max_price_minor = excluded.max_price_minor, title_key = excluded.title_key
  WHERE l.* IS DISTINCT FROM excluded.*;
END $$;

CREATE FUNCTION shelve_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM shelve((SELECT array_agg(id ORDER BY id) FROM fresh));
  ELSE
    PERFORM shelve((SELECT array_agg(n.id ORDER BY n.id) FROM fresh n JOIN stale o ON o.id = n.id
      WHERE (n.seller_id, n.status, n.published_at, n.currency, n.min_price_minor, n.max_price_minor, n.title_key)
        IS DISTINCT FROM
        (o.seller_id, o.status, o.published_at, o.currency, o.min_price_minor, o.max_price_minor, o.title_key)));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER listing_of_new AFTER INSERT ON product
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION shelve_products();
CREATE TRIGGER listing_of_changed AFTER UPDATE ON product
  REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION shelve_products();

CREATE FUNCTION shelve_by_category() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM shelve((SELECT array_agg(DISTINCT product_id ORDER BY product_id) FROM changed));
  RETURN NULL;
END $$;
CREATE TRIGGER listing_of_added AFTER INSERT ON product_category
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION shelve_by_category();
CREATE TRIGGER listing_of_removed AFTER DELETE ON product_category
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION shelve_by_category();

-- Of stock, only what begins or ceases to be had matters: other sales touch nothing here.
CREATE FUNCTION shelve_by_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM shelve((SELECT array_agg(DISTINCT v.product_id ORDER BY v.product_id)
      FROM fresh n JOIN product_variant v ON v.id = n.variant_id
      WHERE n.policy = 'CONTINUE' OR n.on_hand > n.reserved));
  ELSE
    PERFORM shelve((SELECT array_agg(DISTINCT v.product_id ORDER BY v.product_id)
      FROM fresh n JOIN stale o ON o.variant_id = n.variant_id
      JOIN product_variant v ON v.id = n.variant_id
      WHERE (n.policy = 'CONTINUE' OR n.on_hand > n.reserved)
        <> (o.policy = 'CONTINUE' OR o.on_hand > o.reserved)));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER listing_of_new AFTER INSERT ON stock_item
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION shelve_by_stock();
CREATE TRIGGER listing_of_changed AFTER UPDATE ON stock_item
  REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION shelve_by_stock();

INSERT INTO listing SELECT * FROM places_of(NULL);

-- The orders of lists. What follows the order is there to be looked at without the row.
CREATE INDEX "listing_newest" ON "listing"
  ("shelf", "status", "published", "in_stock", "product_id", "currency", "min_price_minor", "max_price_minor");
CREATE INDEX "listing_by_title" ON "listing"
  ("shelf", "status", "published", "in_stock", "title_key", "product_id", "currency", "min_price_minor", "max_price_minor");
CREATE INDEX "listing_by_price" ON "listing"
  ("shelf", "status", "published", "in_stock", "currency", "several_prices", "min_price_minor", "product_id", "max_price_minor");

DROP INDEX product_newest, product_by_price, product_by_title;
