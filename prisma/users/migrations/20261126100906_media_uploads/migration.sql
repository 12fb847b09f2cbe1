-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "media_purpose" ADD VALUE 'IMPORT_FILE';
ALTER TYPE "media_purpose" ADD VALUE 'ACCOUNT_EXPORT';

-- AlterTable
ALTER TABLE "media" ADD COLUMN     "rejection_reason" TEXT,
ADD COLUMN     "uploaded_at" TIMESTAMPTZ(3),
ADD COLUMN     "variants" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
