import { setTimeout as delay } from 'node:timers/promises';
import { type QuotaUse, replaceStores } from '@souk/runtime/persistence';
import type { Db } from '../../src/persistence/client.ts';
import type { Stores } from '../../src/persistence/stores.ts';

/** All have looked before any writes: what happens sooner or later in production. */
const LOOKING_MS = 50;

/** The naive way: reads what is used, then writes what it will be. */
export const useWithoutLock = (stores: Stores, db: Db): Stores =>
  replaceStores(stores, {
    quotas: {
      ...stores.quotas,
      use: async (userId, rule, { points, now }) => {
        const [known] = await db.$queryRaw<QuotaUse[]>`
        SELECT used, started_at AS "startedAt" FROM quota_use
        WHERE user_id = ${userId} AND rule = ${rule}`;
        await delay(LOOKING_MS);
        const use = { startedAt: known?.startedAt ?? now, used: (known?.used ?? 0) + points };
        await db.$executeRaw`
        INSERT INTO quota_use (user_id, rule, started_at, used)
        VALUES (${userId}, ${rule}, ${use.startedAt}, ${use.used})
        ON CONFLICT (user_id, rule) DO UPDATE SET used = ${use.used}`;
        return use;
      },
    },
  });
