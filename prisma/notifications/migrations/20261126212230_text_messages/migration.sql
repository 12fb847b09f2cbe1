-- CreateTable
CREATE TABLE "sms_number" (
    "user_id" TEXT NOT NULL,
    "number" TEXT,
    "refused" TEXT,
    "pending" TEXT,
    "code" TEXT,
    "pending_until" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "sms_number_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "sms_message" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "to_number" TEXT,
    "notification_id" TEXT,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "attentive_since" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "sms_message_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sms_message_user_id_sent_at_idx" ON "sms_message"("user_id", "sent_at");

-- CreateIndex
CREATE INDEX "sms_message_created_at_idx" ON "sms_message"("created_at");

CREATE INDEX sms_message_due ON sms_message (due_at) WHERE status = 'PENDING';
-- Of a notice one text message waits at a time.
CREATE UNIQUE INDEX sms_message_waiting ON sms_message (user_id, notification_id)
  WHERE status = 'PENDING' AND notification_id IS NOT NULL;

ALTER TABLE sms_number
  ADD CONSTRAINT sms_number_pending CHECK (
    (pending IS NULL) = (code IS NULL) AND (pending IS NULL) = (pending_until IS NULL)),
  ADD CONSTRAINT sms_number_refused CHECK (refused IN ('BOUNCED', 'COMPLAINED'));
ALTER TABLE sms_message
  ADD CONSTRAINT sms_message_status CHECK (status IN ('PENDING', 'SENT', 'SUPPRESSED', 'FAILED'));

-- Sets that grew: each check is replaced by a wider one.
ALTER TABLE delivery DROP CONSTRAINT delivery_channel;
ALTER TABLE delivery ADD CONSTRAINT delivery_channel CHECK (
  channel IN ('IN_APP', 'EMAIL', 'PUSH', 'SMS')) NOT VALID;
ALTER TABLE preference_rule DROP CONSTRAINT preference_rule_channel;
ALTER TABLE preference_rule ADD CONSTRAINT preference_rule_channel CHECK (
  channel IN ('IN_APP', 'EMAIL', 'PUSH', 'SMS')) NOT VALID;
