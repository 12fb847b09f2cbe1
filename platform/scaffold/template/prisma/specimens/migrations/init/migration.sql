-- CreateTable
CREATE TABLE "specimen" (
    "id" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "specimen_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "specimen_author_id_id_idx" ON "specimen"("author_id", "id");
