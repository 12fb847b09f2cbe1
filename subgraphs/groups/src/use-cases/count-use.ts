import { assertWithin } from '@souk/runtime/persistence';
import { type GroupRule, groupQuota } from '../domain/group-limits.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';

/** Counts one use of a rule, and throws `RATE_LIMITED` when it is one too many, which undoes it. */
export async function countUse(
  { config, clock }: Pick<GroupsDeps, 'config' | 'clock'>,
  { quotas }: Pick<Stores, 'quotas'>,
  userId: string,
  rule: GroupRule,
): Promise<void> {
  const now = clock();
  const quota = groupQuota(rule, config);
  const { windowSeconds } = quota;
  const use = await quotas.use(userId, rule, { points: 1, windowSeconds, now });
  assertWithin(use, quota, now);
}
