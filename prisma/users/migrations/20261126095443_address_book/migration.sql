-- DropIndex
DROP INDEX "address_account_id_idx";

-- AlterTable
ALTER TABLE "address" ALTER COLUMN "postal_code" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "address_account_id_id_idx" ON "address"("account_id", "id");
