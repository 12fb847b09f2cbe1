-- AlterTable
ALTER TABLE "stock_claim_line" ADD COLUMN     "lost" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "released" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "restocked" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "seller_order_id" TEXT,
ADD COLUMN     "shipped" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "stock_movement" ADD COLUMN     "seller_order_id" TEXT;

ALTER TABLE stock_claim_line
  ADD CONSTRAINT stock_claim_line_fulfilment CHECK (
    shipped >= 0 AND released >= 0 AND lost >= 0 AND shipped + released + lost <= quantity
      AND restocked BETWEEN 0 AND shipped
  );
