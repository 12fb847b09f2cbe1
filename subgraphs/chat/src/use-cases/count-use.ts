import { countUse as countInWindow } from '@souk/runtime/persistence';
import { type AccountRule, accountQuota } from '../domain/account-limits.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';

/** Counts what an account did under one of this subgraph's rules; zero uses are not counted. */
export async function countUse(
  { config, clock }: Pick<ChatDeps, 'config' | 'clock'>,
  { quotas }: Pick<Stores, 'quotas'>,
  userId: string,
  { rule, points = 1 }: { rule: AccountRule; points?: number },
): Promise<void> {
  if (points === 0) return;
  const quota = accountQuota(rule, config);
  await countInWindow(quotas, userId, { rule, quota, points, now: clock() });
}
