-- CreateEnum
CREATE TYPE "history_visibility" AS ENUM ('ALL', 'SINCE_JOINING');

-- AlterTable
ALTER TABLE "participant" ADD COLUMN     "hidden_message_sequence" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "hidden_sequence" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "room" ADD COLUMN     "history_visibility" "history_visibility" NOT NULL DEFAULT 'ALL';
