-- AlterTable
ALTER TABLE "scheduled_message" ADD COLUMN     "postponed_until" TIMESTAMPTZ(3);
