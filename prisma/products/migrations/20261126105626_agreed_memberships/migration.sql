-- contract: the second edition of the contract is switched, not rolled, and its function is of that edition
-- AlterTable
ALTER TABLE "product_former_slug" ADD COLUMN     "kept_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "seller" ADD COLUMN     "opened_by" TEXT;

-- AlterTable
ALTER TABLE "seller_member" ADD COLUMN     "accepted_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "seller_opened_by_idx" ON "seller"("opened_by");

-- Who is a member already opened their seller, or was there before anybody was asked.
UPDATE "seller_member" SET "accepted_at" = "joined_at";
UPDATE "seller" SET "opened_by" = "named_after";

-- A price counts from when it is asked for: not of what nobody can buy.
DELETE FROM price_change c USING product_variant v JOIN product p ON p.id = v.product_id
WHERE v.id = c.variant_id AND p.status <> 'ACTIVE';

-- As before; thousands of stars times a thousand do not fit an integer.
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
    1000 * (r.one::bigint + 2 * r.two::bigint + 3 * r.three::bigint + 4 * r.four::bigint + 5 * r.five::bigint)
      / nullif(r.one::bigint + r.two + r.three + r.four + r.five, 0), 0)::int AS average) AS rated
  CROSS JOIN LATERAL (SELECT '' WHERE s.status = 'ACTIVE' UNION ALL SELECT p.seller_id) AS seller (name)
  CROSS JOIN LATERAL (
    SELECT '' UNION ALL SELECT c.category_id FROM product_category c WHERE c.product_id = p.id
  ) AS category (name)
  CROSS JOIN LATERAL (
    SELECT '' UNION ALL SELECT '*' || n FROM generate_series(1, rated.average / 1000) n
  ) AS stars (name)
  WHERE ids IS NULL OR p.id = ANY(ids)
$$;

-- A seller may have more products than one statement puts elsewhere in its time: the use case does it, some
-- at once and the rest by events.
DROP TRIGGER listing_of_seller ON seller;
DROP FUNCTION shelve_by_seller();
