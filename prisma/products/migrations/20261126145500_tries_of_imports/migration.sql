-- contract: no release had imports, so nothing reads or writes the roles of who asked for one
ALTER TABLE "product_import" DROP COLUMN "roles",
ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "own_media" ADD COLUMN     "kept_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "own_media_kept_at_idx" ON "own_media"("kept_at");

-- Orders of which nothing is set aside any more, which came to that by events of different lines.
UPDATE stock_claim c SET state = 'SOLD', updated_at = now()
WHERE c.state = 'RESERVED'
  AND EXISTS (SELECT 1 FROM stock_claim_line l WHERE l.order_id = c.order_id)
  AND NOT EXISTS (SELECT 1 FROM stock_claim_line l
    WHERE l.order_id = c.order_id AND l.quantity > l.shipped + l.released + l.lost);

-- Of a variant that is reserved and released at its threshold, the seller hears once a day.
ALTER TABLE "stock_item" ADD COLUMN     "low_announced_at" TIMESTAMPTZ(3);
