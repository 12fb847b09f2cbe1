import type { ContactRule, QuotaUse } from '../domain/contact-limits.ts';
import type { Db } from './client.ts';

export interface QuotaStore {
  /**
   * Adds to what an account has used of a rule, in a window that begins with its first use. Whoever
   * uses the same at the same time waits until this transaction ends, so the sum is exact.
   */
  use(
    userId: string,
    rule: ContactRule,
    given: { points: number; windowSeconds: number; now: Date },
  ): Promise<QuotaUse>;
}

export const createQuotaStore = (db: Db): QuotaStore => ({
  use: async (userId, rule, { points, windowSeconds, now }) => {
    const oldest = new Date(now.getTime() - windowSeconds * 1_000);
    const [row] = await db.$queryRaw<{ used: number; started_at: Date }[]>`
      INSERT INTO quota_use AS q (user_id, rule, started_at, used)
      VALUES (${userId}, ${rule}, ${now}, ${points})
      ON CONFLICT (user_id, rule) DO UPDATE SET
        used = CASE WHEN q.started_at > ${oldest} THEN q.used ELSE 0 END + excluded.used,
        started_at = CASE WHEN q.started_at > ${oldest} THEN q.started_at ELSE excluded.started_at END
      RETURNING used, started_at`;
    return { used: row?.used ?? points, startedAt: row?.started_at ?? now };
  },
});
