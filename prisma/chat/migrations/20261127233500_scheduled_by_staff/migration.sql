-- AlterTable
ALTER TABLE "scheduled_message" ADD COLUMN     "as_staff" BOOLEAN NOT NULL DEFAULT false;
