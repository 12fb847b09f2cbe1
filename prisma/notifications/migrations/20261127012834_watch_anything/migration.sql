-- DropIndex
DROP INDEX "watch_entity_id_idx";

-- CreateTable
CREATE TABLE "watched_product" (
    "product_id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "category_ids" TEXT[],
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "watched_product_pkey" PRIMARY KEY ("product_id")
);

-- CreateIndex
CREATE INDEX "watch_entity_id_user_id_idx" ON "watch"("entity_id", "user_id");
