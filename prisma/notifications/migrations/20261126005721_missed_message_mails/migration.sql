-- AlterTable
ALTER TABLE "email_message" ADD COLUMN     "notification_id" TEXT;

-- One mail for each notice, but for one that was held back: what comes after it may need another.
CREATE UNIQUE INDEX email_message_of_notice ON email_message (notification_id)
  WHERE notification_id IS NOT NULL AND status <> 'SUPPRESSED';
