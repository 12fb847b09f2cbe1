-- AlterTable
ALTER TABLE "message" ADD COLUMN     "search" tsvector,
ADD COLUMN     "search_version" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "message_search_version_id_idx" ON "message"("search_version", "id");

-- Words and rooms in one: what is said elsewhere is not looked at.
CREATE INDEX message_search ON message USING gin (search) WHERE search IS NOT NULL;
