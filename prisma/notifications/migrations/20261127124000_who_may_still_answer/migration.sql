-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "waits_for" TEXT;

-- AlterTable
ALTER TABLE "room_message" ADD COLUMN     "follower_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "thread_id" TEXT;

-- CreateTable
CREATE TABLE "group_standing" (
    "user_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "role" TEXT,
    "sequence" BIGINT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "group_standing_pkey" PRIMARY KEY ("user_id","group_id")
);

-- CreateIndex
CREATE INDEX "group_standing_changed_at_idx" ON "group_standing"("changed_at");
