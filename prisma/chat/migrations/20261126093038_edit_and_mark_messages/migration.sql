-- AlterTable
ALTER TABLE "message" ADD COLUMN     "forwarded_from_id" TEXT;

-- AlterTable
ALTER TABLE "message_mention" ADD COLUMN     "room_id" TEXT,
ADD COLUMN     "sequence" INTEGER;

-- CreateTable
CREATE TABLE "saved_message" (
    "user_id" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "saved_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_message_pkey" PRIMARY KEY ("user_id","message_id")
);

-- CreateIndex
CREATE INDEX "saved_message_user_id_saved_at_message_id_idx" ON "saved_message"("user_id", "saved_at", "message_id");

-- CreateIndex
CREATE INDEX "saved_message_message_id_idx" ON "saved_message"("message_id");

-- CreateIndex
CREATE INDEX "message_mention_user_id_room_id_sequence_idx" ON "message_mention"("user_id", "room_id", "sequence");

-- AddForeignKey
ALTER TABLE "saved_message" ADD CONSTRAINT "saved_message_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A room's pinned messages, newest first; almost no message is one.
CREATE INDEX message_pinned ON message (room_id, pinned_at DESC, id DESC) WHERE pinned_at IS NOT NULL;

-- Mentions of everybody, which count for each reader.
CREATE INDEX message_mention_of_all ON message_mention (room_id, sequence) WHERE user_id IS NULL;
