import { createActivityRecord } from '@souk/runtime/backplane';
import { systemClock } from '@souk/runtime/domain';
import { as } from '@souk/testkit';
import type { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { decideNotices } from '../src/use-cases/decide-notices.ts';

/** What would become of each kind of notice of somebody, were it mailed now: why it is held back, or that it is sent. */
export async function decidedFor(
  client: ReturnType<typeof createClient>,
  who: string,
): Promise<Record<string, string | null>> {
  const { userId } = as(who);
  const notices = await client.notification.findMany({ where: { userId } });
  const decided = await decideNotices(
    {
      ...{ stores: storesOn(client), clock: systemClock },
      activity: createActivityRecord({ raise: async () => {}, highest: async () => 0 }),
    },
    {
      ...{ userId, channel: 'EMAIL', attentiveSince: null, reach: 'YES' },
      notificationIds: notices.map(({ id }) => id),
    },
  );
  return Object.fromEntries(
    decided.map(({ notice, outcome, reason }) => [notice.kind, reason ?? outcome]),
  );
}
