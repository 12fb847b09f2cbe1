-- CreateEnum
CREATE TYPE "role" AS ENUM ('CUSTOMER', 'SELLER', 'SUPPORT', 'MODERATOR', 'ADMIN');

-- CreateEnum
CREATE TYPE "media_purpose" AS ENUM ('AVATAR', 'PRODUCT_IMAGE', 'CHAT_ATTACHMENT');

-- CreateEnum
CREATE TYPE "media_status" AS ENUM ('PENDING', 'SCANNING', 'READY', 'REJECTED');

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_canonical" TEXT NOT NULL,
    "email_verified_at" TIMESTAMPTZ(3),
    "pending_email" TEXT,
    "display_name" TEXT NOT NULL,
    "bio" TEXT,
    "locale" TEXT,
    "avatar_media_id" TEXT,
    "roles" "role"[] DEFAULT ARRAY['CUSTOMER']::"role"[],
    "password_hash" TEXT NOT NULL,
    "password_changed_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "deletion_due_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "device_label" TEXT,
    "ip" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refresh_token" (
    "digest" BYTEA NOT NULL,
    "session_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "successor_salt" BYTEA,

    CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "one_time_token" (
    "digest" BYTEA NOT NULL,
    "account_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "email" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "one_time_token_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "address" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "line1" TEXT NOT NULL,
    "line2" TEXT,
    "city" TEXT NOT NULL,
    "region" TEXT,
    "postal_code" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "phone" TEXT,
    "is_default_shipping" BOOLEAN NOT NULL DEFAULT false,
    "is_default_billing" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "address_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "media" (
    "id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "purpose" "media_purpose" NOT NULL,
    "status" "media_status" NOT NULL DEFAULT 'PENDING',
    "storage_key" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "byte_size" INTEGER NOT NULL,
    "sha256" TEXT,
    "width" INTEGER,
    "height" INTEGER,
    "blurhash" TEXT,
    "alt_text" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "media_pkey" PRIMARY KEY ("id")
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
CREATE UNIQUE INDEX "account_username_key" ON "account"("username");

-- CreateIndex
CREATE UNIQUE INDEX "account_email_canonical_key" ON "account"("email_canonical");

-- CreateIndex
CREATE INDEX "account_avatar_media_id_idx" ON "account"("avatar_media_id");

-- CreateIndex
CREATE INDEX "session_account_id_id_idx" ON "session"("account_id", "id");

-- CreateIndex
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");

-- CreateIndex
CREATE INDEX "refresh_token_session_id_idx" ON "refresh_token"("session_id");

-- CreateIndex
CREATE INDEX "one_time_token_account_id_purpose_idx" ON "one_time_token"("account_id", "purpose");

-- CreateIndex
CREATE INDEX "one_time_token_expires_at_idx" ON "one_time_token"("expires_at");

-- CreateIndex
CREATE INDEX "address_account_id_idx" ON "address"("account_id");

-- CreateIndex
CREATE UNIQUE INDEX "media_storage_key_key" ON "media"("storage_key");

-- CreateIndex
CREATE INDEX "media_owner_id_id_idx" ON "media"("owner_id", "id");

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
ALTER TABLE "account" ADD CONSTRAINT "account_avatar_media_id_fkey" FOREIGN KEY ("avatar_media_id") REFERENCES "media"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "one_time_token" ADD CONSTRAINT "one_time_token_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address" ADD CONSTRAINT "address_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "media" ADD CONSTRAINT "media_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.

ALTER TABLE account
  ADD CONSTRAINT account_username_form CHECK (username ~ '^[a-z][a-z0-9_]{1,29}$'),
  ADD CONSTRAINT account_email_canonical_lower CHECK (email_canonical = lower(email_canonical)),
  ADD CONSTRAINT account_has_a_role CHECK (cardinality(roles) > 0),
  ADD CONSTRAINT account_display_name_length CHECK (char_length(display_name) BETWEEN 1 AND 400),
  ADD CONSTRAINT account_password_is_hashed CHECK (password_hash LIKE '$argon2id$%');

ALTER TABLE session
  ADD CONSTRAINT session_ends_after_it_began CHECK (expires_at > created_at),
  ADD CONSTRAINT session_end_has_a_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL));

ALTER TABLE refresh_token
  ADD CONSTRAINT refresh_token_digest_length CHECK (octet_length(digest) = 32),
  ADD CONSTRAINT refresh_token_used_has_successor CHECK ((used_at IS NULL) = (successor_salt IS NULL));

ALTER TABLE one_time_token
  ADD CONSTRAINT one_time_token_digest_length CHECK (octet_length(digest) = 32),
  ADD CONSTRAINT one_time_token_purpose CHECK (purpose IN ('PASSWORD_RESET', 'EMAIL_CHANGE'));

ALTER TABLE address
  ADD CONSTRAINT address_country_code CHECK (country ~ '^[A-Z]{2}$');
CREATE UNIQUE INDEX address_default_shipping ON address (account_id) WHERE is_default_shipping;
CREATE UNIQUE INDEX address_default_billing ON address (account_id) WHERE is_default_billing;

ALTER TABLE media
  ADD CONSTRAINT media_has_bytes CHECK (byte_size > 0),
  ADD CONSTRAINT media_size_in_pixels CHECK (width > 0 AND height > 0);

-- The sessions a viewer sees and ends: those that nobody ended yet.
CREATE INDEX session_open ON session (account_id, id) WHERE ended_at IS NULL;

-- Staff search people by the beginning of a name. (On an expression, since Prisma does not compare
-- operator classes of plain columns.)
CREATE INDEX account_username_prefix ON account (lower(username) text_pattern_ops);
CREATE INDEX account_display_name_prefix ON account (lower(display_name) text_pattern_ops);

-- The relay looks only at what is not handed over yet, oldest first.
CREATE INDEX event_record_unrelayed ON event_record (position) WHERE relayed_at IS NULL;
