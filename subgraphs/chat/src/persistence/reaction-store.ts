import type { Db } from './client.ts';

/** One emoji among the reactions to a message. */
export interface ReactionSummary {
  emoji: string;
  count: number;
  /** The first people who gave it. */
  sample: string[];
}

export interface Reactions {
  messageId: string;
  total: number;
  summaries: ReactionSummary[];
}

export interface Reaction {
  messageId: string;
  userId: string;
  emoji: string;
}

export interface ReactionStore {
  /** False when it was there already. */
  add(reaction: Reaction & { at: Date }): Promise<boolean>;
  /** False when there was none. */
  remove(reaction: Reaction): Promise<boolean>;
  /** The different emojis of a message whose row is locked. */
  emojisOf(messageId: string): Promise<string[]>;
  ofMessages(messageIds: readonly string[]): Promise<Reactions[]>;
  /** The emojis that one person gave each of these messages. */
  by(
    userId: string,
    messageIds: readonly string[],
  ): Promise<{ messageId: string; emojis: string[] }[]>;
}

/** How many people are listed for an emoji. */
const SAMPLE_SIZE = 5;

export const createReactionStore = (db: Db): ReactionStore => ({
  add: async ({ messageId, userId, emoji, at }) => {
    const data = [{ messageId, userId, emoji, reactedAt: at }];
    const { count } = await db.messageReaction.createMany({ data, skipDuplicates: true });
    return count === 1;
  },
  remove: async ({ messageId, userId, emoji }) => {
    const { count } = await db.messageReaction.deleteMany({ where: { messageId, userId, emoji } });
    return count === 1;
  },
  emojisOf: async (messageId) => {
    const rows = await db.reactionCount.findMany({
      where: { messageId },
      select: { emoji: true },
    });
    return rows.map(({ emoji }) => emoji);
  },
  ofMessages: async (messageIds) => {
    const rows = await db.$queryRaw<(ReactionSummary & { messageId: string })[]>`
      SELECT c.message_id AS "messageId", c.emoji, c.count, first.sample
      FROM message_reaction_count c
      CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(user_id), '{}') AS sample FROM (
          SELECT r.user_id FROM message_reaction r
          WHERE r.message_id = c.message_id AND r.emoji = c.emoji
          ORDER BY r.reacted_at, r.user_id LIMIT ${SAMPLE_SIZE}) given
      ) first
      WHERE c.message_id = ANY(${[...messageIds]}::text[])
      ORDER BY c.message_id, c.count DESC, c.first_at, c.emoji`;
    const found = new Map<string, Reactions>();
    for (const { messageId, ...summary } of rows) {
      const of = found.get(messageId) ?? { messageId, total: 0, summaries: [] };
      of.total += summary.count;
      of.summaries.push(summary);
      found.set(messageId, of);
    }
    return [...found.values()];
  },
  by: (userId, messageIds) => db.$queryRaw`
    SELECT message_id AS "messageId", array_agg(emoji ORDER BY reacted_at, emoji) AS emojis
    FROM message_reaction
    WHERE message_id = ANY(${[...messageIds]}::text[]) AND user_id = ${userId}
    GROUP BY message_id`,
});
