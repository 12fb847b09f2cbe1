-- AlterTable
ALTER TABLE "message" ADD COLUMN     "grows_as_staff" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "room_ban" ADD COLUMN     "report_id" TEXT;

-- A decision has the time and the moderator of the ban that it made, which a later ban replaces.
UPDATE "room_ban" b SET "report_id" = r."id" FROM "report" r
WHERE r."room_id" = b."room_id" AND r."author_id" = b."user_id" AND r."outcome" = 'AUTHOR_BANNED'
  AND r."decided_at" = b."created_at" AND r."decided_by" = b."banned_by";
