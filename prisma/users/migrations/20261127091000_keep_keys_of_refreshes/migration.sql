-- AlterTable
ALTER TABLE "refresh_token" ADD COLUMN     "key_digest" BYTEA;
