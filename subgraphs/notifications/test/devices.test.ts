import { DAY_MS, newId } from '@souk/runtime/domain';
import { as, createDatabase } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_DEVICES } from '../src/domain/device.ts';
import { createClient } from '../src/persistence/client.ts';
import { createDeviceStore } from '../src/persistence/device-store.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  database = await createDatabase('notifications');
  client = createClient(database.url);
});
afterAll(async () => {
  await client.$disconnect();
  await database[Symbol.asyncDispose]();
});

const aDevice = (who: string, token: string, createdAt = new Date()) => ({
  ...{ id: newId('dev'), userId: as(who).userId, platform: 'WEB_PUSH' as const, token },
  ...{ p256dh: `key of ${who}`, auth: who, label: null, sessionId: newId('ses') },
  ...{ createdAt, lastUsedAt: null },
});

test('of two accounts that register one endpoint at once, one has it, by its own keys', async () => {
  for (let round = 0; round < 20; round += 1) {
    const token = `https://push.example/${round}`;
    const wanted = ['ada', 'bo'].map((who) => aDevice(who, token));
    const registered = await Promise.all(
      wanted.map((device) => client.$transaction((tx) => createDeviceStore(tx).register(device))),
    );
    const [kept, ...others] = await client.device.findMany({ where: { token } });
    expect(others).toEqual([]);
    const owner = wanted.find(({ userId }) => userId === kept?.userId);
    expect(kept).toMatchObject({ id: owner?.id, p256dh: owner?.p256dh, auth: owner?.auth });
    expect(registered.map((one) => one?.id ?? null)).toEqual(
      wanted.map(({ id }) => (id === owner?.id ? id : null)),
    );
  }
});

test('of too many devices those go that were registered longest ago, and none that just was', async () => {
  const devices = createDeviceStore(client);
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
  const oldest = aDevice('cy', 'https://push.example/oldest', daysAgo(50));
  await devices.register(oldest);
  const later = Array.from({ length: MAX_DEVICES }, (_, at) =>
    aDevice('cy', `https://push.example/later-${at}`, daysAgo(40 - at)),
  );
  for (const device of later) await devices.register(device);
  // The same browser as at first, which subscribes anew each day.
  await devices.register({ ...oldest, id: newId('dev'), createdAt: new Date() });
  await devices.keepNewest(oldest.userId, MAX_DEVICES);
  const kept = await client.device.findMany({ where: { userId: oldest.userId } });
  expect(kept.map(({ id }) => id).sort()).toEqual(
    [oldest, ...later.slice(1)].map(({ id }) => id).sort(),
  );
});
