-- AlterTable
ALTER TABLE "room_message" ADD COLUMN     "mentioned" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "mentions_all" TEXT;

-- CreateTable
CREATE TABLE "room_preference" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "notify" TEXT NOT NULL,
    "muted_until" TIMESTAMPTZ(3),
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "room_preference_pkey" PRIMARY KEY ("room_id","user_id")
);
