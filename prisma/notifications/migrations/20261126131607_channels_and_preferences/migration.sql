-- contract: each check is wider than the one it replaces, and the unique index is of a column that no row has yet.

-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "device_id" TEXT,
ADD COLUMN     "email_id" TEXT,
ADD COLUMN     "rule" TEXT;

-- AlterTable
ALTER TABLE "device" ADD COLUMN     "session_id" TEXT;

-- AlterTable
ALTER TABLE "email_message" ADD COLUMN     "batch_key" TEXT,
ADD COLUMN     "queued_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "mail_address" ADD COLUMN     "refused" TEXT,
ADD COLUMN     "refused_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "notification" ADD COLUMN     "archived_at" TIMESTAMPTZ(3),
ADD COLUMN     "snoozed_until" TIMESTAMPTZ(3),
ADD COLUMN     "target" JSONB,
ADD COLUMN     "words" JSONB;

-- AlterTable
ALTER TABLE "preferences" ADD COLUMN     "email_locale" TEXT,
ADD COLUMN     "quiet_periods" JSONB NOT NULL DEFAULT '[]',
ALTER COLUMN "missed_message_delay_minutes" DROP NOT NULL,
ALTER COLUMN "missed_message_delay_minutes" DROP DEFAULT;

-- AlterTable
ALTER TABLE "room_attendance" ADD COLUMN     "banned" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "person_block" (
    "user_id" TEXT NOT NULL,
    "blocked_user_id" TEXT NOT NULL,
    "blocked" BOOLEAN NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "person_block_pkey" PRIMARY KEY ("user_id","blocked_user_id")
);

-- CreateTable
CREATE TABLE "push_message" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "notification_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "push_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "push_keys" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "public_key" TEXT NOT NULL,
    "private_key" TEXT NOT NULL,

    CONSTRAINT "push_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seller_staff" (
    "seller_id" TEXT NOT NULL,
    "member_ids" TEXT[],
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "seller_staff_pkey" PRIMARY KEY ("seller_id")
);

-- CreateTable
CREATE TABLE "watched_variant" (
    "variant_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "price_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "watched_variant_pkey" PRIMARY KEY ("variant_id")
);

-- CreateIndex
CREATE INDEX "push_message_created_at_idx" ON "push_message"("created_at");

-- CreateIndex
CREATE INDEX "push_message_notification_id_idx" ON "push_message"("notification_id");

-- CreateIndex
CREATE INDEX "push_message_user_id_idx" ON "push_message"("user_id");

-- CreateIndex
CREATE INDEX "watched_variant_product_id_idx" ON "watched_variant"("product_id");

-- CreateIndex
CREATE INDEX "delivery_email_id_idx" ON "delivery"("email_id");

-- CreateIndex
CREATE INDEX "device_session_id_idx" ON "device"("session_id");

-- CreateIndex
CREATE INDEX "email_message_user_id_batch_key_sent_at_idx" ON "email_message"("user_id", "batch_key", "sent_at");

-- Sets that grew: each check is replaced by a wider one.
ALTER TABLE notification DROP CONSTRAINT notification_kind;
ALTER TABLE notification ADD CONSTRAINT notification_kind CHECK (kind IN (
  'MESSAGE', 'MENTION', 'REPLY', 'INVITE', 'JOIN_REQUEST', 'ORDER_STATUS', 'BACK_IN_STOCK',
  'PRICE_DROP', 'REVIEW', 'SECURITY', 'SYSTEM', 'ORDER_RECEIVED', 'LOW_STOCK', 'PAYOUT',
  'REPORT_FILED', 'RETURN')) NOT VALID;
ALTER TABLE delivery DROP CONSTRAINT delivery_status;
ALTER TABLE delivery ADD CONSTRAINT delivery_status CHECK (status IN (
  'PENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED', 'SUPPRESSED', 'FAILED')) NOT VALID;
ALTER TABLE email_message DROP CONSTRAINT email_message_status;
ALTER TABLE email_message ADD CONSTRAINT email_message_status CHECK (status IN (
  'PENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED', 'SUPPRESSED', 'FAILED')) NOT VALID;

-- Nothing goes no further without saying why.
ALTER TABLE delivery ADD CONSTRAINT delivery_failure_explained CHECK (
  status NOT IN ('FAILED', 'BOUNCED', 'COMPLAINED') OR reason IS NOT NULL) NOT VALID;
ALTER TABLE mail_address ADD CONSTRAINT mail_address_refused CHECK (
  refused IN ('BOUNCED', 'COMPLAINED'));
ALTER TABLE push_message
  ADD CONSTRAINT push_message_action CHECK (action IN ('SHOW', 'WITHDRAW')),
  ADD CONSTRAINT push_message_status CHECK (status IN ('PENDING', 'SENT', 'SUPPRESSED', 'FAILED'));
ALTER TABLE push_keys ADD CONSTRAINT push_keys_are_one CHECK (id = 1);

-- Of a person and a batch one mail waits at a time, and of a device and a notice one message.
CREATE UNIQUE INDEX email_message_waiting ON email_message (user_id, batch_key)
  WHERE status = 'PENDING' AND batch_key IS NOT NULL;
CREATE UNIQUE INDEX push_message_waiting ON push_message (device_id, notification_id, action)
  WHERE status = 'PENDING';
CREATE INDEX push_message_due ON push_message (due_at) WHERE status = 'PENDING';

-- A mail stood for a notice; now it stands for what waits to go in it.
DROP INDEX email_message_of_notice;
UPDATE email_message SET batch_key = notification_id
  WHERE status = 'PENDING' AND notification_id IS NOT NULL;
UPDATE delivery SET email_id = email_message.id FROM email_message
  WHERE email_message.status = 'PENDING' AND email_message.notification_id = delivery.notification_id
    AND delivery.channel = 'EMAIL' AND delivery.status = 'PENDING';
-- Nobody could say so before: it was the default of the column.
UPDATE preferences SET missed_message_delay_minutes = NULL;

-- Snoozed notices, by when they come back.
CREATE INDEX notification_snoozed ON notification (snoozed_until) WHERE snoozed_until IS NOT NULL;
