-- AlterTable
ALTER TABLE "known_group" DROP COLUMN "archived_at",
DROP COLUMN "name",
DROP COLUMN "slug",
ADD COLUMN     "sequence" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "participant" ADD COLUMN     "shared_read_at" TIMESTAMPTZ(3),
ADD COLUMN     "shared_read_sequence" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "room_ban" (
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "banned_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "room_ban_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "room_ban_room_id_id_idx" ON "room_ban"("room_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "room_ban_room_id_user_id_key" ON "room_ban"("room_id", "user_id");

-- AddForeignKey
ALTER TABLE "room_ban" ADD CONSTRAINT "room_ban_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What others were shown until now stays as it is.
UPDATE "participant" p SET "shared_read_sequence" = p."read_event_sequence", "shared_read_at" = p."last_read_at"
WHERE NOT EXISTS (
  SELECT 1 FROM "presence_setting" o
  WHERE o."user_id" = p."user_id" AND (o."invisible" OR NOT o."send_read_receipts"));
