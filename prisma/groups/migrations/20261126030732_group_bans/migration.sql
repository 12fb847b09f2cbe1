-- Nobody who was banned becomes a member by this; no operation has written bans so far.
DELETE FROM "membership" WHERE "banned_at" IS NOT NULL;

-- AlterTable
ALTER TABLE "membership" DROP COLUMN "ban_reason",
DROP COLUMN "banned_at",
DROP COLUMN "banned_until";

-- CreateTable
CREATE TABLE "group_ban" (
    "id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "banned_by" TEXT NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "group_ban_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quota_use" (
    "user_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "used" INTEGER NOT NULL,

    CONSTRAINT "quota_use_pkey" PRIMARY KEY ("user_id","rule")
);

-- CreateIndex
CREATE INDEX "group_ban_group_id_id_idx" ON "group_ban"("group_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "group_ban_group_id_user_id_key" ON "group_ban"("group_id", "user_id");

-- AddForeignKey
ALTER TABLE "group_ban" ADD CONSTRAINT "group_ban_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "community"("id") ON DELETE CASCADE ON UPDATE CASCADE;
