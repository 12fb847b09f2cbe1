-- contract: no release has written a cart yet
-- AlterTable
ALTER TABLE "cart" ADD COLUMN     "billing_address" JSONB,
ADD COLUMN     "deliveries" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "discount_codes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "email" TEXT,
ADD COLUMN     "key" TEXT NOT NULL,
ADD COLUMN     "merged_into" TEXT,
ADD COLUMN     "note" TEXT,
ADD COLUMN     "notices" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "shipping_address" JSONB,
ALTER COLUMN "owner_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "cart_line" ADD COLUMN     "currency" TEXT NOT NULL,
ADD COLUMN     "title" TEXT NOT NULL,
ADD COLUMN     "unit_price_minor" BIGINT NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "cart_key_key" ON "cart"("key");

-- CreateIndex
CREATE INDEX "cart_updated_at_idx" ON "cart"("updated_at");

-- CreateIndex
CREATE INDEX "cart_line_variant_id_idx" ON "cart_line"("variant_id");
