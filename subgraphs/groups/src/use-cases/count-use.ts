import { assertWithin } from '@souk/runtime/persistence';
import { type GroupRule, groupQuota } from '../domain/group-limits.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';

/** Counts uses of a rule, and throws `RATE_LIMITED` when they are too many, which undoes them. */
export async function countUse(
  { config, clock }: Pick<GroupsDeps, 'config' | 'clock'>,
  { quotas }: Pick<Stores, 'quotas'>,
  userId: string,
  rule: GroupRule,
  points = 1,
): Promise<void> {
  const now = clock();
  const quota = groupQuota(rule, config);
  const { windowSeconds } = quota;
  const use = await quotas.use(userId, rule, { points, windowSeconds, now });
  assertWithin(use, quota, now);
}
