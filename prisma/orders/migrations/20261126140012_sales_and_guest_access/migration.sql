-- CreateTable
CREATE TABLE "product_sales" (
    "product_id" TEXT NOT NULL,
    "units" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "product_sales_pkey" PRIMARY KEY ("product_id")
);

-- CreateTable
CREATE TABLE "product_purchase" (
    "buyer_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,

    CONSTRAINT "product_purchase_pkey" PRIMARY KEY ("buyer_id","product_id")
);

-- CreateTable
CREATE TABLE "guest_access_request" (
    "digest" BYTEA NOT NULL,
    "order_id" TEXT,
    "code_digest" BYTEA,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "guest_access_request_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE INDEX "guest_access_request_order_id_idx" ON "guest_access_request"("order_id");

-- CreateIndex
CREATE INDEX "guest_access_request_expires_at_idx" ON "guest_access_request"("expires_at");

-- AddForeignKey
ALTER TABLE "guest_access_request" ADD CONSTRAINT "guest_access_request_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was sold before.
INSERT INTO "product_sales" ("product_id", "units")
SELECT l."product_id", sum(l."quantity" - l."refunded_quantity")
FROM "order_line" l JOIN "placed_order" o ON o."id" = l."order_id"
WHERE o."status" IN ('PAID', 'COMPLETED') GROUP BY l."product_id";
INSERT INTO "product_purchase" ("buyer_id", "product_id")
SELECT DISTINCT o."buyer_id", l."product_id"
FROM "order_line" l JOIN "placed_order" o ON o."id" = l."order_id"
WHERE o."status" IN ('PAID', 'COMPLETED') AND o."buyer_id" IS NOT NULL;
