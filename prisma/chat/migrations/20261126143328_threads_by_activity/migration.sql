-- DropIndex
DROP INDEX "thread_follower_user_id_following_root_id_idx";

-- AlterTable
ALTER TABLE "thread_follower" ADD COLUMN     "last_reply_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "thread_follower_user_id_following_last_reply_at_root_id_idx" ON "thread_follower"("user_id", "following", "last_reply_at", "root_id");

UPDATE thread_follower f SET last_reply_at = t.last_reply_at FROM thread t WHERE t.root_id = f.root_id;
