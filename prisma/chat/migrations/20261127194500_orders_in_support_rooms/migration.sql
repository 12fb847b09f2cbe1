-- AlterTable
ALTER TABLE "system_message" ADD COLUMN     "order_step" TEXT;
