-- AlterTable
ALTER TABLE "audit_entry" ADD COLUMN     "details" TEXT,
ALTER COLUMN "actor_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "community" ADD COLUMN     "seat_limit" INTEGER;

-- AlterTable
ALTER TABLE "membership" ADD COLUMN     "mute_reason" TEXT,
ADD COLUMN     "muted_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "join_request" (
    "id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "note" TEXT,
    "status" TEXT NOT NULL,
    "decided_by" TEXT,
    "decision_note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "join_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "former_mute" (
    "group_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "former_mute_pkey" PRIMARY KEY ("group_id","user_id")
);

-- CreateTable
CREATE TABLE "known_user" (
    "id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "search" tsvector,
    "search_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "known_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "known_address" (
    "user_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "known_address_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "join_request_group_id_id_idx" ON "join_request"("group_id", "id");

-- CreateIndex
CREATE INDEX "join_request_group_id_status_id_idx" ON "join_request"("group_id", "status", "id");

-- CreateIndex
CREATE INDEX "join_request_user_id_group_id_id_idx" ON "join_request"("user_id", "group_id", "id");

-- CreateIndex
CREATE INDEX "join_request_user_id_id_idx" ON "join_request"("user_id", "id");

-- Without a list of entries still to sort in, which every search would read to its end.
CREATE INDEX known_user_search ON known_user USING gin (search) WITH (fastupdate = off);

-- CreateIndex
CREATE INDEX "known_user_search_version_id_idx" ON "known_user"("search_version", "id");

-- CreateIndex
CREATE INDEX "known_address_email_idx" ON "known_address"("email");

-- CreateIndex
CREATE INDEX "invite_group_id_status_id_idx" ON "invite"("group_id", "status", "id");

-- One request of a person waits for an answer, and one invitation for theirs.
CREATE UNIQUE INDEX join_request_pending ON join_request (group_id, user_id) WHERE status = 'PENDING';
CREATE UNIQUE INDEX invite_pending_of_person ON invite (group_id, invitee_id) WHERE status = 'PENDING';
CREATE UNIQUE INDEX invite_pending_by_mail ON invite (invitee_email, group_id)
  WHERE status = 'PENDING' AND invitee_email IS NOT NULL;

-- AddForeignKey
ALTER TABLE "join_request" ADD CONSTRAINT "join_request_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "community"("id") ON DELETE CASCADE ON UPDATE CASCADE;
