-- AlterTable
ALTER TABLE "known_media" ADD COLUMN     "purpose" TEXT NOT NULL DEFAULT 'CHAT_ATTACHMENT';

-- AlterTable
ALTER TABLE "room" ADD COLUMN     "avatar_media_id" TEXT;
