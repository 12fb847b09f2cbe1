-- AlterTable
ALTER TABLE "purchase" ADD COLUMN     "reviewed" INTEGER NOT NULL DEFAULT 0;

-- What is reviewed was announced.
UPDATE "purchase" SET "reviewed" = 1 FROM "review" WHERE "review"."line_id" = "purchase"."line_id";
