-- AlterTable
ALTER TABLE "product_word" ADD COLUMN     "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "product_word_seen_at_idx" ON "product_word"("seen_at");
