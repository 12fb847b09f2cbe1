-- CreateTable
CREATE TABLE "known_media" (
    "id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,

    CONSTRAINT "known_media_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "known_media_owner_id_idx" ON "known_media"("owner_id");
