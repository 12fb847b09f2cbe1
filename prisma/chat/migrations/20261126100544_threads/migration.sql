-- contract: sequences are counted in rooms and in threads apart; every message there is is one of its room, whose key before this one held the same
CREATE UNIQUE INDEX message_of_room ON message (room_id, sequence) WHERE thread_root_id IS NULL;
CREATE UNIQUE INDEX message_of_thread ON message (thread_root_id, sequence) WHERE thread_root_id IS NOT NULL;

-- DropIndex
DROP INDEX "message_room_id_sequence_key";

-- CreateTable
CREATE TABLE "thread" (
    "root_id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "last_sequence" INTEGER NOT NULL,
    "last_reply_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "thread_pkey" PRIMARY KEY ("root_id")
);

-- CreateTable
CREATE TABLE "thread_follower" (
    "root_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "following" BOOLEAN NOT NULL,
    "read_sequence" INTEGER NOT NULL,

    CONSTRAINT "thread_follower_pkey" PRIMARY KEY ("root_id","user_id")
);

-- CreateIndex
CREATE INDEX "thread_room_id_last_reply_at_root_id_idx" ON "thread"("room_id", "last_reply_at", "root_id");

-- CreateIndex
CREATE INDEX "thread_follower_user_id_following_idx" ON "thread_follower"("user_id", "following");

-- AddForeignKey
ALTER TABLE "thread" ADD CONSTRAINT "thread_root_id_fkey" FOREIGN KEY ("root_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_follower" ADD CONSTRAINT "thread_follower_root_id_fkey" FOREIGN KEY ("root_id") REFERENCES "thread"("root_id") ON DELETE CASCADE ON UPDATE CASCADE;
