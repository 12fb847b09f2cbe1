-- Words are cut by the runtime now, the same for index and query. The database's own stay until a
-- worker has made them anew (search_version 0), so everything is found meanwhile.
ALTER TABLE "product" ALTER COLUMN "search" DROP EXPRESSION;
DROP FUNCTION product_search_vector(TEXT, TEXT);

ALTER TABLE "product"
  ADD COLUMN "search_version" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "title_key" TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE "product" SET "title_key" = lower("title");

DROP INDEX product_title_prefix;
DROP INDEX product_by_title;
CREATE INDEX product_by_title ON product (title_key, id) WHERE status = 'ACTIVE';

-- Prices are compared within one currency.
DROP INDEX product_by_price;
CREATE INDEX product_by_price ON product (currency, min_price_minor, id) WHERE status = 'ACTIVE';

-- A SKU belongs to its seller, and means the same in capitals. Where one of a seller's differs from an
-- older one by case alone, it gets the end of its variant's id.
ALTER TABLE "product_variant" ADD COLUMN "seller_id" TEXT;
UPDATE "product_variant" v SET "seller_id" = p."seller_id" FROM "product" p WHERE p."id" = v."product_id";
ALTER TABLE "product_variant" ALTER COLUMN "seller_id" SET NOT NULL;

DROP INDEX "product_variant_sku_key";
UPDATE "product_variant" v SET "sku" = left(v."sku", 50) || '-' || right(v."id", 8)
FROM (
  SELECT "id", row_number() OVER (PARTITION BY "seller_id", lower("sku") ORDER BY "id") AS place
  FROM "product_variant"
) numbered
WHERE numbered."id" = v."id" AND numbered.place > 1;
CREATE UNIQUE INDEX product_variant_sku_of_seller ON product_variant (seller_id, lower(sku));
