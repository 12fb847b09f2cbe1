-- AlterTable
ALTER TABLE "participant" ADD COLUMN     "last_posted_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "room" ADD COLUMN     "retained_after" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "room_ban" ADD COLUMN     "reason" TEXT,
ADD COLUMN     "until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "draft" (
    "user_id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "root_id" TEXT NOT NULL DEFAULT '',
    "text" TEXT NOT NULL,
    "reply_to_id" TEXT,
    "version" INTEGER NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "draft_pkey" PRIMARY KEY ("user_id","room_id","root_id")
);

-- CreateIndex
CREATE INDEX "draft_room_id_idx" ON "draft"("room_id");

-- AddForeignKey
ALTER TABLE "draft" ADD CONSTRAINT "draft_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The few rooms that do not keep their messages for ever.
CREATE INDEX room_retaining ON room (id) WHERE retention_days IS NOT NULL;
