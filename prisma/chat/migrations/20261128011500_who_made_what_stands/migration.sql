-- AlterTable
ALTER TABLE "message" ADD COLUMN     "grows_as_staff" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "room_ban" ADD COLUMN     "report_id" TEXT;
