-- AlterTable
ALTER TABLE "message" ADD COLUMN     "deletion_reason" TEXT;
