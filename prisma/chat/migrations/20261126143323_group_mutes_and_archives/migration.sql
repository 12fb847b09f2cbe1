-- AlterTable
ALTER TABLE "group_membership" ADD COLUMN     "mute_sequence" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "muted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "muted_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "known_group" ADD COLUMN     "archived" BOOLEAN NOT NULL DEFAULT false;
