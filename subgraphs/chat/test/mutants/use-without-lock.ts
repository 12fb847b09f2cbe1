import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../../src/persistence/client.ts';
import type { Stores } from '../../src/persistence/stores.ts';

/** All have looked before any writes: what happens sooner or later in production. */
const LOOKING_MS = 50;

/** The naive way: reads what is used, then writes what it will be. */
export const useWithoutLock = (stores: Stores, db: Db): Stores => ({
  ...stores,
  quotas: {
    ...stores.quotas,
    use: async (userId, rule, { points, now }) => {
      const known = await db.quotaUse.findUnique({ where: { userId_rule: { userId, rule } } });
      await delay(LOOKING_MS);
      const use = { startedAt: known?.startedAt ?? now, used: (known?.used ?? 0) + points };
      await db.quotaUse.upsert({
        where: { userId_rule: { userId, rule } },
        create: { userId, rule, ...use },
        update: use,
      });
      return use;
    },
  },
});
