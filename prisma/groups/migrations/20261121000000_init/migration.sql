-- CreateTable
CREATE TABLE "community" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "rules" TEXT,
    "avatar_media_id" TEXT,
    "visibility" TEXT NOT NULL,
    "join_policy" TEXT NOT NULL,
    "member_count" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "community_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "muted_until" TIMESTAMPTZ(3),
    "banned_at" TIMESTAMPTZ(3),
    "banned_until" TIMESTAMPTZ(3),
    "ban_reason" TEXT,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invite" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "inviter_id" TEXT NOT NULL,
    "invitee_id" TEXT,
    "invitee_email" TEXT,
    "role" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "max_uses" INTEGER,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invite_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target_id" TEXT,
    "reason" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
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
CREATE UNIQUE INDEX "community_slug_key" ON "community"("slug");

-- CreateIndex
CREATE INDEX "membership_group_id_id_idx" ON "membership"("group_id", "id");

-- CreateIndex
CREATE INDEX "membership_user_id_id_idx" ON "membership"("user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "membership_group_id_user_id_key" ON "membership"("group_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "invite_code_key" ON "invite"("code");

-- CreateIndex
CREATE INDEX "invite_group_id_id_idx" ON "invite"("group_id", "id");

-- CreateIndex
CREATE INDEX "invite_invitee_id_id_idx" ON "invite"("invitee_id", "id");

-- CreateIndex
CREATE INDEX "audit_entry_group_id_id_idx" ON "audit_entry"("group_id", "id");

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
ALTER TABLE "membership" ADD CONSTRAINT "membership_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "community"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invite" ADD CONSTRAINT "invite_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "community"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_entry" ADD CONSTRAINT "audit_entry_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "community"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed sets of words, and the rules no code path may break.
ALTER TABLE community
  ADD CONSTRAINT community_visibility CHECK (visibility IN ('PUBLIC', 'UNLISTED', 'PRIVATE')),
  ADD CONSTRAINT community_join_policy CHECK (join_policy IN ('OPEN', 'REQUEST', 'INVITE_ONLY')),
  ADD CONSTRAINT community_member_count CHECK (member_count >= 0),
  ADD CONSTRAINT community_version CHECK (version >= 1);
ALTER TABLE membership
  ADD CONSTRAINT membership_role CHECK (
    role IN ('OWNER', 'ADMIN', 'MODERATOR', 'MEMBER', 'GUEST')),
  ADD CONSTRAINT membership_ban CHECK (
    banned_at IS NOT NULL OR (banned_until IS NULL AND ban_reason IS NULL));
ALTER TABLE invite
  ADD CONSTRAINT invite_role CHECK (role IN ('ADMIN', 'MODERATOR', 'MEMBER', 'GUEST')),
  ADD CONSTRAINT invite_status CHECK (
    status IN ('PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED')),
  ADD CONSTRAINT invite_uses CHECK (uses >= 0 AND (max_uses IS NULL OR uses <= max_uses));

-- The public directory, newest first.
CREATE INDEX community_directory ON community (id DESC)
  WHERE visibility = 'PUBLIC' AND archived_at IS NULL;
-- Who owns a group: asked at every leave.
CREATE INDEX membership_owner ON membership (group_id, id)
  WHERE role = 'OWNER' AND banned_at IS NULL;

-- The relay looks only at what is not handed over yet, oldest first.
CREATE INDEX event_record_unrelayed ON event_record (position) WHERE relayed_at IS NULL;
