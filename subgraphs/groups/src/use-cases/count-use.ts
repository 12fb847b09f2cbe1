import { countUse as countInWindow } from '@souk/runtime/persistence';
import { type GroupRule, groupQuota } from '../domain/group-limits.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';

/** Counts uses of one of this subgraph's rules. */
export const countUse = (
  { config, clock }: Pick<GroupsDeps, 'config' | 'clock'>,
  { quotas }: Pick<Stores, 'quotas'>,
  userId: string,
  rule: GroupRule,
  points = 1,
): Promise<void> =>
  countInWindow(quotas, userId, { rule, quota: groupQuota(rule, config), points, now: clock() });
