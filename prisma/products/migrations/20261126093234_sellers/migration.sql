-- contract: the second edition of the contract is switched, not rolled: no process of the release before writes products beside it
-- CreateTable
CREATE TABLE "seller" (
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "status" TEXT NOT NULL,
    "status_reason" TEXT,
    "named_after" TEXT,
    "legal_name" TEXT,
    "country" TEXT,
    "registration_number" TEXT,
    "vat_id" TEXT,
    "email" TEXT,
    "imprint" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "seller_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seller_member" (
    "seller_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "seller_member_pkey" PRIMARY KEY ("seller_id","user_id")
);

-- CreateTable
CREATE TABLE "seller_commission" (
    "seller_id" TEXT NOT NULL,
    "category_id" TEXT NOT NULL,
    "basis_points" INTEGER NOT NULL,

    CONSTRAINT "seller_commission_pkey" PRIMARY KEY ("seller_id","category_id")
);

-- CreateTable
CREATE TABLE "person" (
    "user_id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "seller_handle_key" ON "seller"("handle");

-- CreateIndex
CREATE INDEX "seller_named_after_idx" ON "seller"("named_after");

-- CreateIndex
CREATE INDEX "seller_status_id_idx" ON "seller"("status", "id");

-- CreateIndex
CREATE INDEX "seller_member_user_id_seller_id_idx" ON "seller_member"("user_id", "seller_id");

-- AddForeignKey
ALTER TABLE "seller_member" ADD CONSTRAINT "seller_member_seller_id_fkey" FOREIGN KEY ("seller_id") REFERENCES "seller"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seller_commission" ADD CONSTRAINT "seller_commission_seller_id_fkey" FOREIGN KEY ("seller_id") REFERENCES "seller"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed sets of words, and the rules no code path may break.
ALTER TABLE "seller"
  ADD CONSTRAINT seller_status CHECK (status IN ('PENDING', 'ACTIVE', 'SUSPENDED', 'CLOSED')),
  ADD CONSTRAINT seller_handle_form CHECK (handle ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  ADD CONSTRAINT seller_trader CHECK ((legal_name IS NULL) = (country IS NULL));
ALTER TABLE "seller_member"
  ADD CONSTRAINT seller_member_role CHECK (role IN ('OWNER', 'MANAGER', 'STAFF'));
ALTER TABLE "seller_commission"
  ADD CONSTRAINT seller_commission_range CHECK (basis_points BETWEEN 0 AND 10000);
-- Few may not sell: words of a query are looked for beside these.
CREATE INDEX seller_not_selling ON seller (id) WHERE status <> 'ACTIVE';

-- Who has products becomes a seller of their own: its id is theirs under another prefix, as it would be had
-- they listed their first product now. Their name comes with news of users.
INSERT INTO seller (id, handle, display_name, status, named_after, created_at, updated_at)
SELECT 'sel_' || substr(p.seller_id, 5), 'seller-' || right(p.seller_id, 12), 'Seller ' || right(p.seller_id, 12),
  'ACTIVE', p.seller_id, min(p.created_at), min(p.created_at)
FROM product p GROUP BY p.seller_id;
INSERT INTO seller_member (seller_id, user_id, role, joined_at)
SELECT id, named_after, 'OWNER', created_at FROM seller;
INSERT INTO seller_commission (seller_id, category_id, basis_points) SELECT id, '', 1000 FROM seller;

-- Products stand on the shelves of all only while their seller may sell; on that seller's own, always.
CREATE OR REPLACE FUNCTION places_of(ids text[]) RETURNS SETOF listing LANGUAGE sql STABLE AS $$
  SELECT p.id, seller.name || '/' || category.name, p.status,
    p.status = 'ACTIVE' OR p.published_at IS NOT NULL,
    p.status = 'ACTIVE' AND s.status = 'ACTIVE' AND EXISTS (
      SELECT 1 FROM product_variant v JOIN stock_item i ON i.variant_id = v.id
      WHERE v.product_id = p.id AND can_be_had(i)),
    p.currency, p.min_price_minor < p.max_price_minor, p.min_price_minor, p.max_price_minor, p.title_key
  FROM product p JOIN seller s ON s.id = p.seller_id
  CROSS JOIN LATERAL (SELECT '' WHERE s.status = 'ACTIVE' UNION ALL SELECT p.seller_id) AS seller (name)
  CROSS JOIN LATERAL (
    SELECT '' UNION ALL SELECT c.category_id FROM product_category c WHERE c.product_id = p.id
  ) AS category (name)
  WHERE ids IS NULL OR p.id = ANY(ids)
$$;

-- As before; the row that is locked is the one that a product always has, that of its seller's shelf.
CREATE OR REPLACE FUNCTION shelve(ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF ids IS NULL THEN RETURN; END IF;
  PERFORM 1 FROM listing l JOIN product p ON p.id = l.product_id
    WHERE l.product_id = ANY(ids) AND l.shelf = p.seller_id || '/' ORDER BY l.product_id FOR UPDATE OF l;
  DELETE FROM listing l WHERE l.product_id = ANY(ids) AND NOT EXISTS (
    SELECT 1 FROM product p JOIN seller s ON s.id = p.seller_id WHERE p.id = l.product_id
      AND (split_part(l.shelf, '/', 1) = p.seller_id
        OR split_part(l.shelf, '/', 1) = '' AND s.status = 'ACTIVE')
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

CREATE FUNCTION shelve_by_seller() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM shelve((SELECT array_agg(id ORDER BY id) FROM product WHERE seller_id = NEW.id));
  RETURN NULL;
END $$;
CREATE TRIGGER listing_of_seller AFTER UPDATE ON seller FOR EACH ROW
  WHEN ((OLD.status = 'ACTIVE') <> (NEW.status = 'ACTIVE')) EXECUTE FUNCTION shelve_by_seller();

UPDATE product_variant SET seller_id = 'sel_' || substr(seller_id, 5);
UPDATE product SET seller_id = 'sel_' || substr(seller_id, 5);

-- AddForeignKey
ALTER TABLE "product" ADD CONSTRAINT "product_seller_id_fkey" FOREIGN KEY ("seller_id") REFERENCES "seller"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
