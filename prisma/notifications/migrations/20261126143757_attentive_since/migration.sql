-- AlterTable
ALTER TABLE "email_message" ADD COLUMN     "attentive_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "push_message" ADD COLUMN     "attentive_since" TIMESTAMPTZ(3);
