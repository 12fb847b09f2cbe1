-- AlterTable
ALTER TABLE "message" ADD COLUMN     "growing_until" TIMESTAMPTZ(3),
ADD COLUMN     "growth" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "known_media" (
    "id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,

    CONSTRAINT "known_media_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "known_media_owner_id_idx" ON "known_media"("owner_id");

-- What shows a file needs no text.
ALTER TABLE message DROP CONSTRAINT message_text;
ALTER TABLE message ADD CONSTRAINT message_text
  CHECK (deleted_at IS NOT NULL OR (text IS NOT NULL AND octet_length(text) <= 131072)) NOT VALID;
