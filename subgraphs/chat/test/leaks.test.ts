import type { Backplane } from '@souk/runtime/backplane';
import { as, type Collected, sized, testBackplane, until, userIdOf } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startChat, type TestChat } from './chat.ts';

/** A backplane that knows how many subscriptions are open. */
async function countedBackplane() {
  const backplane = await testBackplane();
  const open = new Map<string, number>();
  const change = (topic: string, by: number) => {
    const count = (open.get(topic) ?? 0) + by;
    if (count === 0) open.delete(topic);
    else open.set(topic, count);
  };
  const counted: Backplane = {
    ...backplane,
    pubsub: {
      ...backplane.pubsub,
      subscribe: async (topic, listener) => {
        const unsubscribe = await backplane.pubsub.subscribe(topic, listener);
        change(topic, 1);
        return async () => {
          await unsubscribe();
          change(topic, -1);
        };
      },
    },
  };
  return { counted, open, [Symbol.asyncDispose]: () => backplane.close() };
}

/** One of each kind of subscription. */
const openAll = (chat: TestChat, roomId: string): Promise<Collected<unknown>[]> =>
  Promise.all([
    chat.follow('ada', roomId),
    chat.subscribe(
      'subscription ($roomId: ID!) { typing(roomId: $roomId) { users { id } } }',
      { roomId },
      as('ada'),
    ),
    chat.subscribe(
      'subscription ($userIds: [ID!]!) { presence(userIds: $userIds) { userId } }',
      { userIds: ['ada', 'bo', 'cy'].map(userIdOf) },
      as('ada'),
    ),
  ]);

test('finished subscriptions leave nothing open', async () => {
  await using backplane = await countedBackplane();
  await using chat = await startChat({ backplane: backplane.counted });
  const roomId = await chat.openDirect('ada', 'bo');
  // Nine subscriptions each.
  for (let round = 0; round < sized({ suite: 30, soak: 1_112 }); round += 1) {
    const all = (await Promise.all([1, 2, 3].map(() => openAll(chat, roomId)))).flat();
    if (round % 3 === 0) await chat.send('ada', roomId, 'meanwhile');
    await Promise.all(all.map((stream) => stream.stop()));
  }
  await until(() => backplane.open.size === 0, {
    describe: () => `still open: ${[...backplane.open.keys()].join(', ')}`,
  });
});

test('closing the subgraph ends every subscription and leaves nothing open', async () => {
  await using backplane = await countedBackplane();
  const chat = await startChat({ backplane: backplane.counted });
  const roomId = await chat.openDirect('ada', 'bo');
  const all = await openAll(chat, roomId);
  expect(backplane.open.size).toBeGreaterThan(0);
  await chat[Symbol.asyncDispose]();
  await until(() => all.every(({ ended }) => ended));
  await until(() => backplane.open.size === 0);
});
