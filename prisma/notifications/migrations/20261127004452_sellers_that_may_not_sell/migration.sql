-- AlterTable
ALTER TABLE "seller_staff" ADD COLUMN     "may_sell" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "watched_variant" ADD COLUMN     "seller_id" TEXT;
