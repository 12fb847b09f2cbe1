-- AlterTable
ALTER TABLE "priced_item" ADD COLUMN     "category_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "seller" (
    "id" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "commissions" JSONB NOT NULL DEFAULT '[]',
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "seller_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seller_member" (
    "seller_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,

    CONSTRAINT "seller_member_pkey" PRIMARY KEY ("seller_id","user_id")
);

-- CreateIndex
CREATE INDEX "seller_member_user_id_idx" ON "seller_member"("user_id");

-- AddForeignKey
ALTER TABLE "seller_member" ADD CONSTRAINT "seller_member_seller_id_fkey" FOREIGN KEY ("seller_id") REFERENCES "seller"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What of a seller's money is in no payout yet; what is in one sums to nothing with it.
CREATE INDEX ledger_entry_unpaid ON ledger_entry (seller_id, currency, available_at)
  INCLUDE (amount_minor) WHERE payout_id IS NULL;
