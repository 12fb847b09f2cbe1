-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "room_kind" AS ENUM ('DIRECT', 'PRIVATE', 'GROUP', 'PUBLIC', 'SUPPORT');

-- CreateEnum
CREATE TYPE "notify_level" AS ENUM ('ALL', 'MENTIONS', 'NONE', 'DEFAULT');

-- CreateEnum
CREATE TYPE "message_kind" AS ENUM ('TEXT', 'SYSTEM', 'ORDER_UPDATE');

-- CreateTable
CREATE TABLE "known_user" (
    "id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "known_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "known_group" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "visibility" TEXT NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "known_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_membership" (
    "group_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "group_membership_pkey" PRIMARY KEY ("group_id","user_id")
);

-- CreateTable
CREATE TABLE "room" (
    "id" TEXT NOT NULL,
    "kind" "room_kind" NOT NULL,
    "name" TEXT,
    "topic" TEXT,
    "group_id" TEXT,
    "order_id" TEXT,
    "entity_id" TEXT,
    "direct_key" TEXT,
    "is_general" BOOLEAN NOT NULL DEFAULT false,
    "created_by" TEXT,
    "last_sequence" INTEGER NOT NULL DEFAULT 0,
    "last_message_at" TIMESTAMPTZ(3),
    "slow_mode_seconds" INTEGER,
    "read_only" BOOLEAN NOT NULL DEFAULT false,
    "retention_days" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "room_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "participant" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "read_message_sequence" INTEGER NOT NULL DEFAULT 0,
    "read_event_sequence" BIGINT NOT NULL DEFAULT 0,
    "last_read_at" TIMESTAMPTZ(3),
    "delivered_sequence" INTEGER NOT NULL DEFAULT 0,
    "notify" "notify_level" NOT NULL DEFAULT 'DEFAULT',
    "muted_until" TIMESTAMPTZ(3),
    "starred" BOOLEAN NOT NULL DEFAULT false,
    "draft" TEXT,

    CONSTRAINT "participant_pkey" PRIMARY KEY ("room_id","user_id")
);

-- CreateTable
CREATE TABLE "message" (
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "event_sequence" BIGINT NOT NULL,
    "author_id" TEXT,
    "client_message_id" UUID,
    "input_hash" TEXT,
    "kind" "message_kind" NOT NULL DEFAULT 'TEXT',
    "text" TEXT,
    "reply_to_id" TEXT,
    "thread_root_id" TEXT,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "deleted_by" TEXT,
    "pinned_at" TIMESTAMPTZ(3),
    "pinned_by" TEXT,

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_revision" (
    "message_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "edited_by" TEXT,
    "edited_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_revision_pkey" PRIMARY KEY ("message_id","number")
);

-- CreateTable
CREATE TABLE "message_reaction" (
    "message_id" TEXT NOT NULL,
    "emoji" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "reacted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_reaction_pkey" PRIMARY KEY ("message_id","emoji","user_id")
);

-- CreateTable
CREATE TABLE "message_mention" (
    "message_id" TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "length" INTEGER NOT NULL,
    "user_id" TEXT,
    "scope" TEXT,

    CONSTRAINT "message_mention_pkey" PRIMARY KEY ("message_id","start")
);

-- CreateTable
CREATE TABLE "message_attachment" (
    "message_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "media_id" TEXT NOT NULL,

    CONSTRAINT "message_attachment_pkey" PRIMARY KEY ("message_id","position")
);

-- CreateTable
CREATE TABLE "message_embed" (
    "message_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "entity_id" TEXT,
    "caption" TEXT,
    "url" TEXT,
    "title" TEXT,
    "summary" TEXT,
    "image_id" TEXT,

    CONSTRAINT "message_embed_pkey" PRIMARY KEY ("message_id","position")
);

-- CreateTable
CREATE TABLE "message_report" (
    "message_id" TEXT NOT NULL,
    "reporter_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_report_pkey" PRIMARY KEY ("message_id","reporter_id")
);

-- CreateTable
CREATE TABLE "blocked_user" (
    "blocker_id" TEXT NOT NULL,
    "blocked_id" TEXT NOT NULL,
    "blocked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "blocked_user_pkey" PRIMARY KEY ("blocker_id","blocked_id")
);

-- CreateTable
CREATE TABLE "presence_setting" (
    "user_id" TEXT NOT NULL,
    "chosen_status" TEXT,
    "invisible" BOOLEAN NOT NULL DEFAULT false,
    "status_text" TEXT,
    "status_emoji" TEXT,
    "status_expires_at" TIMESTAMPTZ(3),
    "share_last_active" BOOLEAN NOT NULL DEFAULT true,
    "send_read_receipts" BOOLEAN NOT NULL DEFAULT true,
    "send_typing" BOOLEAN NOT NULL DEFAULT true,
    "last_active_at" TIMESTAMPTZ(3),

    CONSTRAINT "presence_setting_pkey" PRIMARY KEY ("user_id")
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
CREATE INDEX "group_membership_user_id_idx" ON "group_membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "room_order_id_key" ON "room"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "room_entity_id_key" ON "room"("entity_id");

-- CreateIndex
CREATE UNIQUE INDEX "room_direct_key_key" ON "room"("direct_key");

-- CreateIndex
CREATE INDEX "room_group_id_idx" ON "room"("group_id");

-- CreateIndex
CREATE INDEX "participant_user_id_room_id_idx" ON "participant"("user_id", "room_id");

-- CreateIndex
CREATE INDEX "participant_room_id_joined_at_user_id_idx" ON "participant"("room_id", "joined_at", "user_id");

-- CreateIndex
CREATE INDEX "message_room_id_event_sequence_idx" ON "message"("room_id", "event_sequence");

-- CreateIndex
CREATE INDEX "message_reply_to_id_idx" ON "message"("reply_to_id");

-- CreateIndex
CREATE INDEX "message_thread_root_id_sequence_idx" ON "message"("thread_root_id", "sequence");

-- CreateIndex
CREATE INDEX "message_author_id_idx" ON "message"("author_id");

-- CreateIndex
CREATE UNIQUE INDEX "message_room_id_sequence_key" ON "message"("room_id", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "message_room_id_author_id_client_message_id_key" ON "message"("room_id", "author_id", "client_message_id");

-- CreateIndex
CREATE INDEX "message_mention_user_id_idx" ON "message_mention"("user_id");

-- CreateIndex
CREATE INDEX "message_embed_entity_id_idx" ON "message_embed"("entity_id");

-- CreateIndex
CREATE INDEX "blocked_user_blocked_id_idx" ON "blocked_user"("blocked_id");

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
ALTER TABLE "participant" ADD CONSTRAINT "participant_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_reply_to_id_fkey" FOREIGN KEY ("reply_to_id") REFERENCES "message"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_thread_root_id_fkey" FOREIGN KEY ("thread_root_id") REFERENCES "message"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_revision" ADD CONSTRAINT "message_revision_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_reaction" ADD CONSTRAINT "message_reaction_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_mention" ADD CONSTRAINT "message_mention_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_attachment" ADD CONSTRAINT "message_attachment_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_embed" ADD CONSTRAINT "message_embed_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_report" ADD CONSTRAINT "message_report_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema language cannot say.

-- Each kind of room is found by its own key.
ALTER TABLE room ADD CONSTRAINT room_direct_key CHECK ((kind = 'DIRECT') = (direct_key IS NOT NULL));
ALTER TABLE room ADD CONSTRAINT room_group CHECK ((kind = 'GROUP') = (group_id IS NOT NULL));
ALTER TABLE room ADD CONSTRAINT room_last_sequence CHECK (last_sequence >= 0);
CREATE UNIQUE INDEX room_general_of_group ON room (group_id) WHERE is_general;
-- The directory of public rooms, newest talk first.
CREATE INDEX room_public_directory ON room (coalesce(last_message_at, created_at) DESC, id DESC)
  WHERE kind = 'PUBLIC' AND archived_at IS NULL;

ALTER TABLE message ADD CONSTRAINT message_sequence CHECK (sequence > 0);
ALTER TABLE message ADD CONSTRAINT message_text CHECK (deleted_at IS NOT NULL OR (text IS NOT NULL AND text <> '' AND octet_length(text) <= 131072));

-- Positions count from one; zero says "nothing yet".
ALTER TABLE participant ADD CONSTRAINT participant_read
  CHECK (read_message_sequence >= 0 AND read_event_sequence >= 0 AND delivered_sequence >= 0);

ALTER TABLE message_mention ADD CONSTRAINT message_mention_target
  CHECK ((user_id IS NULL) <> (scope IS NULL) AND (scope IS NULL OR scope IN ('HERE', 'EVERYONE')));
ALTER TABLE message_embed ADD CONSTRAINT message_embed_target CHECK ((entity_id IS NULL) <> (url IS NULL));
ALTER TABLE group_membership ADD CONSTRAINT group_membership_role
  CHECK (role IS NULL OR role IN ('OWNER', 'ADMIN', 'MODERATOR', 'MEMBER', 'GUEST'));
ALTER TABLE blocked_user ADD CONSTRAINT blocked_user_not_oneself CHECK (blocker_id <> blocked_id);
ALTER TABLE presence_setting ADD CONSTRAINT presence_setting_status
  CHECK (chosen_status IS NULL OR chosen_status IN ('IDLE', 'DO_NOT_DISTURB'));


-- The relay looks only at what is not handed over yet, oldest first.
CREATE INDEX event_record_unrelayed ON event_record (position) WHERE relayed_at IS NULL;
