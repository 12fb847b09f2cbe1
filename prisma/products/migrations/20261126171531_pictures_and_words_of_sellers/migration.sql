-- AlterTable
ALTER TABLE "seller" ADD COLUMN     "logo_media_id" TEXT,
ADD COLUMN     "search" tsvector,
ADD COLUMN     "search_version" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "variant_media" (
    "variant_id" TEXT NOT NULL,
    "media_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "variant_media_pkey" PRIMARY KEY ("variant_id","media_id")
);

-- CreateTable
CREATE TABLE "review_media" (
    "review_id" TEXT NOT NULL,
    "media_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "review_media_pkey" PRIMARY KEY ("review_id","media_id")
);

-- AddForeignKey
ALTER TABLE "variant_media" ADD CONSTRAINT "variant_media_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "product_variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_media" ADD CONSTRAINT "review_media_review_id_fkey" FOREIGN KEY ("review_id") REFERENCES "review"("id") ON DELETE CASCADE ON UPDATE CASCADE;
