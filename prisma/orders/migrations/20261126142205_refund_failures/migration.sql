-- AlterTable
ALTER TABLE "refund" ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0;
