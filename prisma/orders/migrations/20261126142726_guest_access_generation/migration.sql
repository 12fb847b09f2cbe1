-- AlterTable
ALTER TABLE "guest_access" ADD COLUMN     "generation" INTEGER NOT NULL DEFAULT 0;
