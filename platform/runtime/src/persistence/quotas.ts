import { rateLimited } from '../domain/errors/common-errors.ts';
import { announceLocks } from './announced-locks.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** An account's use of a rule, including the latest. */
export interface QuotaUse {
  used: number;
  startedAt: Date;
}

/** How much an account may use within a window that begins with its first use. */
export interface Quota {
  allowed: number;
  windowSeconds: number;
}

/**
 * What accounts have used of a subgraph's rules, in its table `quota_use`. Uses are counted in the
 * transaction that performs them, so the count is exact, needs no Redis, and excludes everything that was
 * rolled back.
 */
export interface Quotas {
  /**
   * Adds to what an account has used. A concurrent transaction that uses the same rule waits until this one
   * ends, so the sum is exact.
   */
  use(
    userId: string,
    rule: string,
    given: { points: number; windowSeconds: number; now: Date },
  ): Promise<QuotaUse>;
  /** Takes back what this transaction has added but did not use after all. */
  giveBack(userId: string, rule: string, points: number): Promise<void>;
}

export const createQuotas = (db: SqlExecutor): Quotas => ({
  use: async (userId, rule, { points, windowSeconds, now }) => {
    announceLocks(db, userId);
    const oldest = new Date(now.getTime() - windowSeconds * 1_000);
    const [row] = await db.$queryRawUnsafe<{ used: number; started_at: Date }[]>(
      `INSERT INTO quota_use AS q (user_id, rule, started_at, used)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, rule) DO UPDATE SET
         used = CASE WHEN q.started_at > $5 THEN q.used ELSE 0 END + excluded.used,
         started_at = CASE WHEN q.started_at > $5 THEN q.started_at ELSE excluded.started_at END
       RETURNING used, started_at`,
      userId,
      rule,
      now,
      points,
      oldest,
    );
    return { used: row?.used ?? points, startedAt: row?.started_at ?? now };
  },
  giveBack: async (userId, rule, points) => {
    await db.$executeRawUnsafe(
      'UPDATE quota_use SET used = greatest(used - $3, 0) WHERE user_id = $1 AND rule = $2',
      userId,
      rule,
      points,
    );
  },
});

/**
 * Counts uses of a rule, and throws `RATE_LIMITED` when there are too many, which rolls them back together
 * with their transaction.
 */
export async function countUse(
  quotas: Quotas,
  userId: string,
  { rule, quota, points = 1, now }: { rule: string; quota: Quota; points?: number; now: Date },
): Promise<void> {
  const { windowSeconds } = quota;
  assertWithin(await quotas.use(userId, rule, { points, windowSeconds, now }), quota, now);
}

/** Throws `RATE_LIMITED`, with the end of the window, when more is used than allowed. */
export function assertWithin({ used, startedAt }: QuotaUse, quota: Quota, now: Date): void {
  if (used <= quota.allowed) return;
  const endsAt = startedAt.getTime() + quota.windowSeconds * 1_000;
  throw rateLimited(Math.max(1, Math.ceil((endsAt - now.getTime()) / 1_000)));
}
