-- DropIndex
DROP INDEX "thread_follower_user_id_following_idx";

-- CreateTable
CREATE TABLE "suspended_user" (
    "user_id" TEXT NOT NULL,
    "is_over" BOOLEAN NOT NULL,
    "until" TIMESTAMPTZ(3),
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "suspended_user_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "message_reaction_count" (
    "message_id" TEXT NOT NULL,
    "emoji" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_reaction_count_pkey" PRIMARY KEY ("message_id","emoji")
);

-- CreateIndex
CREATE INDEX "message_reaction_message_id_emoji_reacted_at_user_id_idx" ON "message_reaction"("message_id", "emoji", "reacted_at", "user_id");

-- CreateIndex
CREATE INDEX "thread_follower_user_id_following_root_id_idx" ON "thread_follower"("user_id", "following", "root_id");

-- AddForeignKey
ALTER TABLE "message_reaction_count" ADD CONSTRAINT "message_reaction_count_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Counted where rows come and go, so that it holds for whatever takes them away: a person who withdraws one,
-- a message that is deleted, an account that is erased.
CREATE FUNCTION count_reactions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO message_reaction_count AS kept (message_id, emoji, count, first_at)
    SELECT message_id, emoji, count(*), min(reacted_at) FROM changed
    GROUP BY message_id, emoji ORDER BY message_id, emoji
    ON CONFLICT (message_id, emoji) DO UPDATE SET count = kept.count + excluded.count;
  ELSE
    -- In one order, so that two who take reactions away do not wait for each other.
    PERFORM 1 FROM message_reaction_count kept
    WHERE (kept.message_id, kept.emoji) IN (SELECT message_id, emoji FROM changed)
    ORDER BY kept.message_id, kept.emoji FOR UPDATE;
    WITH gone AS (SELECT message_id, emoji, count(*) AS count FROM changed GROUP BY message_id, emoji),
      fewer AS (UPDATE message_reaction_count kept SET count = kept.count - gone.count FROM gone
        WHERE kept.message_id = gone.message_id AND kept.emoji = gone.emoji AND kept.count > gone.count)
    DELETE FROM message_reaction_count kept USING gone
    WHERE kept.message_id = gone.message_id AND kept.emoji = gone.emoji AND kept.count <= gone.count;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER reactions_given AFTER INSERT ON message_reaction
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_reactions();
CREATE TRIGGER reactions_taken_back AFTER DELETE ON message_reaction
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_reactions();

INSERT INTO message_reaction_count (message_id, emoji, count, first_at)
SELECT message_id, emoji, count(*), min(reacted_at) FROM message_reaction GROUP BY message_id, emoji;
