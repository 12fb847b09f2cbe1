-- contract: nothing writes pending_email any more (a change of address is a challenge), and nothing is released yet
-- AlterTable
ALTER TABLE "account" DROP COLUMN "pending_email";
