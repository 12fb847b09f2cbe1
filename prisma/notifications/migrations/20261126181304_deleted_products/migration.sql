-- CreateTable
CREATE TABLE "deleted_product" (
    "product_id" TEXT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deleted_product_pkey" PRIMARY KEY ("product_id")
);

-- CreateIndex
CREATE INDEX "deleted_product_deleted_at_idx" ON "deleted_product"("deleted_at");
