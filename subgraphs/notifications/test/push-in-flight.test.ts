import { createActivityRecord } from '@souk/runtime/backplane';
import { newId, systemClock } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import { as, isWaitedFor, sessionOf, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import type { PushOutcome } from '../src/push/push-transport.ts';
import { sendPush } from '../src/use-cases/send-push.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { showOnce } from './mutants/show-once.ts';
import { startWaitingOutbox, type WaitingOutbox, WRITTEN_AT } from './waiting-outbox.ts';

// A push service may take seconds. What comes meanwhile is shown as well, and is not called sent before.

let outbox: WaitingOutbox;
let graph: WaitingOutbox['graph'];
let client: WaitingOutbox['client'];
let stores: Stores;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  outbox = await startWaitingOutbox();
  ({ graph, client, stores } = outbox);
  others = otherSubgraphsOf(graph);
});
afterAll(() => outbox[Symbol.asyncDispose]());

/** Of a transaction that waits for another. */
const PATIENT = { timeout: 60_000 };
type Shown = Record<string, unknown>;

/** Somebody with a room and devices, of whom one after the other is shown what waits for it. */
async function aReader(who: string, devices: readonly string[], used = (given: Stores) => given) {
  for (const name of devices) {
    await stores.devices.register({
      ...{ id: newId('dev'), userId: as(who).userId, platform: 'FCM', token: `${who}-${name}` },
      ...{ p256dh: null, auth: null, label: name, sessionId: newId('ses') },
      ...{ createdAt: WRITTEN_AT, lastUsedAt: null },
    });
  }
  const room = await others.room(['ada', who], 'tea');
  const shown: Record<string, Shown[]> = Object.fromEntries(devices.map((name) => [name, []]));
  const post = async (text: string) => {
    const messageId = await others.post(room, 'ada', text);
    await others.idle();
    return messageId;
  };
  const waiting = (name: string) =>
    sql<{ id: string }>(
      graph,
      `SELECT p.id FROM push_message p JOIN device d ON d.id = p.device_id
       WHERE d.token = $1 AND p.status = 'PENDING'`,
      [`${who}-${name}`],
    );
  return {
    ...{ shown, post, waiting },
    /** Sends what waits for a device, whose service does this and answers so. */
    send: async (name: string, meanwhile: () => Promise<unknown>, answer: PushOutcome) => {
      const rows = await waiting(name);
      expect(rows).toHaveLength(1);
      await sendPush(
        {
          ...{ stores, clock: systemClock, newId, logger: silentLogger },
          activity: createActivityRecord({ raise: async () => {}, highest: async () => 0 }),
          push: {
            send: async (_, message) => {
              shown[name]?.push(message as unknown as Shown);
              await meanwhile();
              return answer;
            },
          },
          transaction: (work) =>
            client.$transaction(
              (tx) => work(used(storesOn(tx)) as Parameters<typeof work>[0]),
              PATIENT,
            ),
        },
        rows[0]?.id as string,
      );
    },
    statusOf: async (messageId: string) => {
      const [row] = await sql<{ status: string }>(
        graph,
        `SELECT status FROM delivery WHERE user_id = $1 AND source_id = $2 AND channel = 'PUSH'`,
        [as(who).userId, messageId],
      );
      return row?.status;
    },
  };
}
const nothing = async () => {};
const SENT: PushOutcome = { result: 'SENT' };

test.each<[string, PushOutcome]>([
  ['taken', SENT],
  ['refused', { result: 'REFUSED', why: '400' }],
])('what comes while a message to a device is %s is shown after it', async (name, answer) => {
  const { send, post, shown, waiting, statusOf } = await aReader(name, ['phone']);
  await post('One');
  let two = '';
  await send(
    'phone',
    async () => {
      two = await post('Two');
    },
    answer,
  );
  expect(await statusOf(two)).toBe('PENDING');
  await send('phone', nothing, SENT);
  expect(shown.phone).toMatchObject([
    { body: 'One', count: 1 },
    { body: 'Two', count: 2 },
  ]);
  expect(await statusOf(two)).toBe('SENT');
  expect(await waiting('phone')).toEqual([]);
});

test('without a look at late notices one waits for ever, and no device shows it (mutant)', async () => {
  const { send, post, waiting, statusOf } = await aReader('forgotten', ['phone'], showOnce);
  await post('One');
  let two = '';
  await send(
    'phone',
    async () => {
      two = await post('Two');
    },
    SENT,
  );
  expect(await statusOf(two)).toBe('PENDING');
  expect(await waiting('phone')).toEqual([]);
});

test('each device shows notices that arrive during sending, in any order of endings', async () => {
  const { send, post, shown } = await aReader('two-devices', ['phone', 'desk']);
  await post('One');
  const meanwhile = async () => {
    await post('Two');
    await send('desk', nothing, SENT);
  };
  await send('phone', meanwhile, SENT);
  await send('phone', nothing, SENT);
  expect(shown.desk).toMatchObject([{ body: 'Two', count: 2 }]);
  expect(shown.phone).toMatchObject([{ body: 'One' }, { body: 'Two', count: 2 }]);
});

test('a message counts as sent only after the concurrent write is over', async () => {
  const who = 'just-writing';
  const { send, post, waiting } = await aReader(who, ['phone']);
  await post('One');
  const [{ notificationId, deviceId } = { notificationId: '', deviceId: '' }] =
    await client.pushMessage.findMany({ where: { userId: as(who).userId } });
  const { userId } = as(who);
  let written: Promise<unknown> = Promise.resolve();
  await send(
    'phone',
    async () => {
      let joined = () => {};
      const hasJoined = new Promise<void>((resolve) => {
        joined = resolve;
      });
      written = client.$transaction(async (tx) => {
        const { deliveries, pushes } = storesOn(tx);
        const what = { userId, sourceId: newId('msg'), channel: 'PUSH', kind: 'MESSAGE' } as const;
        const waits = { status: 'PENDING', reason: null, rule: null, attemptedAt: null } as const;
        await deliveries.record([{ ...what, ...waits, notificationId }], WRITTEN_AT);
        const show = { id: newId('psh'), userId, deviceId, notificationId, dueAt: WRITTEN_AT };
        await pushes.show([show], WRITTEN_AT);
        const session = await sessionOf(tx);
        joined();
        // Until whoever writes down that it was sent waits for us.
        await until(() => isWaitedFor(graph, session));
      }, PATIENT);
      written.catch(joined);
      await hasJoined;
    },
    SENT,
  );
  await written;
  expect(await waiting('phone')).toHaveLength(1);
});
