-- AlterTable
ALTER TABLE "listing" ADD COLUMN     "rating" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "product_former_slug" (
    "slug" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,

    CONSTRAINT "product_former_slug_pkey" PRIMARY KEY ("slug")
);

-- CreateTable
CREATE TABLE "category_former_slug" (
    "slug" TEXT NOT NULL,
    "category_id" TEXT NOT NULL,

    CONSTRAINT "category_former_slug_pkey" PRIMARY KEY ("slug")
);

-- CreateTable
CREATE TABLE "price_change" (
    "variant_id" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "price_minor" BIGINT NOT NULL,

    CONSTRAINT "price_change_pkey" PRIMARY KEY ("variant_id","changed_at")
);

-- CreateTable
CREATE TABLE "purchase" (
    "line_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "bought_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "purchase_pkey" PRIMARY KEY ("line_id")
);

-- CreateTable
CREATE TABLE "review" (
    "id" TEXT NOT NULL,
    "line_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "rating" INTEGER NOT NULL,
    "title" TEXT,
    "text" TEXT,
    "answer" TEXT,
    "answered_at" TIMESTAMPTZ(3),
    "hidden" BOOLEAN NOT NULL DEFAULT false,
    "reported" BOOLEAN NOT NULL DEFAULT false,
    "hidden_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),

    CONSTRAINT "review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review_report" (
    "review_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "review_report_pkey" PRIMARY KEY ("review_id","user_id")
);

-- CreateTable
CREATE TABLE "product_rating" (
    "product_id" TEXT NOT NULL,
    "one" INTEGER NOT NULL DEFAULT 0,
    "two" INTEGER NOT NULL DEFAULT 0,
    "three" INTEGER NOT NULL DEFAULT 0,
    "four" INTEGER NOT NULL DEFAULT 0,
    "five" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "product_rating_pkey" PRIMARY KEY ("product_id")
);

-- CreateIndex
CREATE INDEX "product_former_slug_product_id_idx" ON "product_former_slug"("product_id");

-- CreateIndex
CREATE INDEX "category_former_slug_category_id_idx" ON "category_former_slug"("category_id");

-- CreateIndex
CREATE INDEX "purchase_buyer_id_product_id_line_id_idx" ON "purchase"("buyer_id", "product_id", "line_id");

-- CreateIndex
CREATE INDEX "purchase_product_id_idx" ON "purchase"("product_id");

-- CreateIndex
CREATE INDEX "purchase_variant_id_idx" ON "purchase"("variant_id");

-- CreateIndex
CREATE UNIQUE INDEX "review_line_id_key" ON "review"("line_id");

-- CreateIndex
CREATE INDEX "review_product_id_hidden_id_idx" ON "review"("product_id", "hidden", "id");

-- CreateIndex
CREATE INDEX "review_product_id_hidden_rating_id_idx" ON "review"("product_id", "hidden", "rating", "id");

-- CreateIndex
CREATE INDEX "review_author_id_product_id_id_idx" ON "review"("author_id", "product_id", "id");

-- CreateIndex
CREATE INDEX "review_reported_hidden_id_idx" ON "review"("reported", "hidden", "id");

-- CreateIndex
CREATE INDEX "listing_by_rating" ON "listing"("shelf", "status", "published", "in_stock", "rating", "product_id", "currency", "min_price_minor", "max_price_minor");

-- CreateIndex
CREATE INDEX "stock_claim_line_variant_id_order_id_idx" ON "stock_claim_line"("variant_id", "order_id");

-- AddForeignKey
ALTER TABLE "product_former_slug" ADD CONSTRAINT "product_former_slug_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "category_former_slug" ADD CONSTRAINT "category_former_slug_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "category"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_change" ADD CONSTRAINT "price_change_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "product_variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_report" ADD CONSTRAINT "review_report_review_id_fkey" FOREIGN KEY ("review_id") REFERENCES "review"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_rating" ADD CONSTRAINT "product_rating_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed sets of words, and the rules no code path may break.
ALTER TABLE "review"
  ADD CONSTRAINT review_rating CHECK (rating BETWEEN 1 AND 5),
  ADD CONSTRAINT review_answer CHECK ((answer IS NULL) = (answered_at IS NULL));
ALTER TABLE "review_report"
  ADD CONSTRAINT review_report_reason CHECK (reason IN
    ('SPAM', 'HARASSMENT', 'HATE', 'SEXUAL', 'VIOLENCE', 'FRAUD', 'ILLEGAL', 'OTHER'));
ALTER TABLE "product_rating"
  ADD CONSTRAINT product_rating_counts CHECK (least(one, two, three, four, five) >= 0);

-- The prices that there are have held since nobody knows when: since the variant was last changed, at least.
INSERT INTO price_change (variant_id, changed_at, price_minor)
SELECT id, updated_at, price_minor FROM product_variant;

-- As before, with the rating; who is rated stands on shelves of those with at least so many stars, too.
CREATE OR REPLACE FUNCTION places_of(ids text[]) RETURNS SETOF listing LANGUAGE sql STABLE AS $$
  SELECT p.id, seller.name || '/' || category.name || stars.name, p.status,
    p.status = 'ACTIVE' OR p.published_at IS NOT NULL,
    p.status = 'ACTIVE' AND s.status = 'ACTIVE' AND EXISTS (
      SELECT 1 FROM product_variant v JOIN stock_item i ON i.variant_id = v.id
      WHERE v.product_id = p.id AND can_be_had(i)),
    p.currency, p.min_price_minor < p.max_price_minor, p.min_price_minor, p.max_price_minor, p.title_key,
    rated.average
  FROM product p JOIN seller s ON s.id = p.seller_id
  LEFT JOIN product_rating r ON r.product_id = p.id
  CROSS JOIN LATERAL (SELECT coalesce(
    1000 * (r.one + 2 * r.two + 3 * r.three + 4 * r.four + 5 * r.five)
      / nullif(r.one + r.two + r.three + r.four + r.five, 0), 0) AS average) AS rated
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
    max_price_minor = excluded.max_price_minor, title_key = excluded.title_key, rating = excluded.rating
  WHERE l.* IS DISTINCT FROM excluded.*;
END $$;

CREATE FUNCTION shelve_by_rating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM shelve(ARRAY[NEW.product_id]);
  RETURN NULL;
END $$;
CREATE TRIGGER listing_of_rating AFTER INSERT OR UPDATE ON product_rating FOR EACH ROW
  EXECUTE FUNCTION shelve_by_rating();

-- A variant that is taken away may have been the one that could be had.
CREATE FUNCTION shelve_by_variant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM shelve((SELECT array_agg(DISTINCT o.product_id ORDER BY o.product_id)
    FROM gone o JOIN product p ON p.id = o.product_id));
  RETURN NULL;
END $$;
CREATE TRIGGER listing_of_removed AFTER DELETE ON product_variant
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION shelve_by_variant();
