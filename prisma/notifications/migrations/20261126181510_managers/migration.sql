-- AlterTable
ALTER TABLE "seller_staff" ADD COLUMN     "manager_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];
