-- AlterTable
ALTER TABLE "participant" ADD COLUMN     "read_system_count" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "room" ADD COLUMN     "system_count" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "system_message" (
    "message_id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "change" TEXT NOT NULL,
    "by_id" TEXT,
    "people_ids" TEXT[],
    "changed" TEXT[],
    "pinned_message_id" TEXT,

    CONSTRAINT "system_message_pkey" PRIMARY KEY ("message_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "system_message_room_id_sequence_key" ON "system_message"("room_id", "sequence");

-- AddForeignKey
ALTER TABLE "system_message" ADD CONSTRAINT "system_message_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What a room tells of itself has no text. Rows that are there have one: they are looked at by the migration after this.
ALTER TABLE message DROP CONSTRAINT message_text;
ALTER TABLE message ADD CONSTRAINT message_text
  CHECK (deleted_at IS NOT NULL OR (kind = 'SYSTEM') = (text IS NULL) AND coalesce(octet_length(text), 0) <= 131072) NOT VALID;
