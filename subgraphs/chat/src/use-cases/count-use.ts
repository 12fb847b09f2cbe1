import { assertWithin } from '@souk/runtime/persistence';
import { type AccountRule, accountQuota } from '../domain/account-limits.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';

/** Counts what an account did, and throws `RATE_LIMITED` when it was too much, which undoes it. */
export async function countUse(
  { config, clock }: Pick<ChatDeps, 'config' | 'clock'>,
  { quotas }: Pick<Stores, 'quotas'>,
  userId: string,
  { rule, points = 1 }: { rule: AccountRule; points?: number },
): Promise<void> {
  if (points === 0) return;
  const now = clock();
  const quota = accountQuota(rule, config);
  const { windowSeconds } = quota;
  assertWithin(await quotas.use(userId, rule, { points, windowSeconds, now }), quota, now);
}
