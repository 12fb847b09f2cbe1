-- CreateTable
CREATE TABLE "notification" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT,
    "title" TEXT,
    "body" TEXT NOT NULL,
    "actor_id" TEXT,
    "room_id" TEXT,
    "message_id" TEXT,
    "order_id" TEXT,
    "entity_id" TEXT,
    "count" INTEGER NOT NULL DEFAULT 1,
    "source_sequence" BIGINT NOT NULL,
    "stream_sequence" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3),
    "dismissed_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "user_id" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "provider_id" TEXT,
    "notification_id" TEXT,
    "attempted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("user_id","source_id","channel")
);

-- CreateTable
CREATE TABLE "preferences" (
    "user_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL DEFAULT 'IMMEDIATE',
    "quiet_start" TEXT,
    "quiet_end" TEXT,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "paused_until" TIMESTAMPTZ(3),
    "missed_message_delay_minutes" INTEGER NOT NULL DEFAULT 10,

    CONSTRAINT "preferences_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "preference_rule" (
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,

    CONSTRAINT "preference_rule_pkey" PRIMARY KEY ("user_id","kind","channel")
);

-- CreateTable
CREATE TABLE "device" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "p256dh" TEXT,
    "auth" TEXT,
    "label" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "watch" (
    "user_id" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "events" TEXT[],
    "channels" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "watch_pkey" PRIMARY KEY ("user_id","entity_id")
);

-- CreateTable
CREATE TABLE "email_message" (
    "id" TEXT NOT NULL,
    "user_id" TEXT,
    "to_address" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "provider_id" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "source_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "email_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "user_id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "locale" TEXT,
    "sequence" BIGINT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "room" (
    "id" TEXT NOT NULL,
    "kind" TEXT,
    "name" TEXT,
    "group_id" TEXT,
    "sequence" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "room_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "room_attendance" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "present" BOOLEAN NOT NULL,

    CONSTRAINT "room_attendance_pkey" PRIMARY KEY ("room_id","user_id","sequence")
);

-- CreateTable
CREATE TABLE "room_message" (
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "author_id" TEXT,
    "excerpt" TEXT NOT NULL,
    "posted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "room_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_stream" (
    "stream" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "event_stream_pkey" PRIMARY KEY ("stream")
);

-- CreateTable
CREATE TABLE "event_record" (
    "position" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "relayed_at" TIMESTAMPTZ(3),

    CONSTRAINT "event_record_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "inbox_entry" (
    "event_id" TEXT NOT NULL,
    "consumer" TEXT NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_entry_pkey" PRIMARY KEY ("event_id","consumer")
);

-- CreateTable
CREATE TABLE "idempotency_record" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE INDEX "delivery_notification_id_idx" ON "delivery"("notification_id");

-- CreateIndex
CREATE INDEX "delivery_created_at_idx" ON "delivery"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "device_token_key" ON "device"("token");

-- CreateIndex
CREATE INDEX "device_user_id_id_idx" ON "device"("user_id", "id");

-- CreateIndex
CREATE INDEX "watch_entity_id_idx" ON "watch"("entity_id");

-- CreateIndex
CREATE UNIQUE INDEX "email_message_source_id_template_key" ON "email_message"("source_id", "template");

-- CreateIndex
CREATE INDEX "room_message_room_id_sequence_idx" ON "room_message"("room_id", "sequence");

-- CreateIndex
CREATE INDEX "room_message_posted_at_idx" ON "room_message"("posted_at");

-- CreateIndex
CREATE UNIQUE INDEX "event_record_id_key" ON "event_record"("id");

-- CreateIndex
CREATE INDEX "event_record_occurred_at_idx" ON "event_record"("occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "event_record_stream_sequence_key" ON "event_record"("stream", "sequence");

-- CreateIndex
CREATE INDEX "inbox_entry_handled_at_idx" ON "inbox_entry"("handled_at");

-- CreateIndex
CREATE INDEX "idempotency_record_created_at_idx" ON "idempotency_record"("created_at");

-- AddForeignKey
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_notification_id_fkey" FOREIGN KEY ("notification_id") REFERENCES "notification"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed sets of words, and the rules no code path may break.
ALTER TABLE notification
  ADD CONSTRAINT notification_kind CHECK (kind IN (
    'MESSAGE', 'MENTION', 'REPLY', 'INVITE', 'ORDER_STATUS', 'BACK_IN_STOCK', 'PRICE_DROP',
    'SECURITY', 'SYSTEM')),
  ADD CONSTRAINT notification_count CHECK (count >= 1);
ALTER TABLE delivery
  ADD CONSTRAINT delivery_channel CHECK (channel IN ('IN_APP', 'EMAIL', 'PUSH')),
  ADD CONSTRAINT delivery_status CHECK (
    status IN ('PENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'SUPPRESSED', 'FAILED')),
  -- Nothing is held back without saying why.
  ADD CONSTRAINT delivery_explained CHECK (status <> 'SUPPRESSED' OR reason IS NOT NULL);
ALTER TABLE preferences
  ADD CONSTRAINT preferences_digest CHECK (
    digest IN ('IMMEDIATE', 'HOURLY', 'DAILY', 'WEEKLY', 'NEVER')),
  ADD CONSTRAINT preferences_quiet_hours CHECK ((quiet_start IS NULL) = (quiet_end IS NULL)),
  ADD CONSTRAINT preferences_delay CHECK (missed_message_delay_minutes BETWEEN 0 AND 10080);
ALTER TABLE preference_rule
  ADD CONSTRAINT preference_rule_channel CHECK (channel IN ('IN_APP', 'EMAIL', 'PUSH'));
ALTER TABLE device
  ADD CONSTRAINT device_platform CHECK (platform IN ('WEB_PUSH', 'APNS', 'FCM'));
ALTER TABLE email_message
  ADD CONSTRAINT email_message_status CHECK (
    status IN ('PENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'SUPPRESSED', 'FAILED')),
  ADD CONSTRAINT email_message_attempts CHECK (attempts >= 0);

-- One growing entry a person and subject while it is unread.
CREATE UNIQUE INDEX notification_growing ON notification (user_id, subject)
  WHERE subject IS NOT NULL AND read_at IS NULL AND dismissed_at IS NULL;
-- The inbox, newest first, and how much of it is unread.
CREATE INDEX notification_inbox ON notification (user_id, updated_at DESC, id DESC)
  WHERE dismissed_at IS NULL;
CREATE INDEX notification_unread ON notification (user_id)
  WHERE read_at IS NULL AND dismissed_at IS NULL;
-- Mails still to be sent.
CREATE INDEX email_message_due ON email_message (due_at) WHERE status = 'PENDING';

-- The relay looks only at what is not handed over yet, oldest first.
CREATE INDEX event_record_unrelayed ON event_record (position) WHERE relayed_at IS NULL;
