-- AlterTable
ALTER TABLE "order_line" ADD COLUMN     "lost_quantity" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "restocked_quantity" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "heard_product" (
    "product_id" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "heard_product_pkey" PRIMARY KEY ("product_id")
);

ALTER TABLE order_line
  ADD CONSTRAINT order_line_restocked CHECK (restocked_quantity BETWEEN 0 AND returned_quantity),
  ADD CONSTRAINT order_line_lost CHECK (lost_quantity BETWEEN 0 AND quantity - shipped_quantity);

INSERT INTO heard_product (product_id, sequence)
SELECT product_id, max(product_sequence) FROM priced_item GROUP BY product_id
HAVING max(product_sequence) > 0;
