-- AlterTable
ALTER TABLE "webhook_endpoint" ADD COLUMN "responsible_id" TEXT;
