-- AlterTable
ALTER TABLE "preferences" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 0;
