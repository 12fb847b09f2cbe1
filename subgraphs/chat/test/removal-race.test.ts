import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import { as, insist, sized, testBackplane, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { postMessage } from '../src/use-cases/post-message.ts';
import { BAN, REMOVE, SEND, startChat, type TestChat } from './chat.ts';
import { loggedEventsOf } from './database.ts';
import { postAsRead } from './mutants/post-as-read.ts';

let chat: TestChat;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  chat = await startChat();
  client = createClient(chat.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await chat[Symbol.asyncDispose]();
});

/** Transactions that take a message's place without that of its author. */
const asSeen = createTransactor({
  begin: (work) => client.$transaction(work, { timeout: 60_000 }),
  storesOn: (db: Parameters<typeof storesOn>[0]) => postAsRead(storesOn(db)),
  onCommitted: () => {},
});

/** The first round in which something was said after its author's removal, or was acknowledged and is not there. */
async function wrongRound(rounds: number, send: typeof sendThrough): Promise<number | null> {
  for (let round = 0; round < rounds; round += 1) {
    const participantIds = [userIdOf('bo')];
    const roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Race', participantIds });
    const sends = Array.from({ length: 8 }, (_, index) => send(roomId, `${index}`));
    const call = round % 2 ? BAN : REMOVE;
    const removal = chat.ask(call, { roomId, userId: userIdOf('bo') }, 'ada');
    const answers = await Promise.all(sends);
    await removal;
    const logged = await loggedEventsOf(chat, roomId);
    const removedAt = logged.findIndex(({ payload }) => payload.left?.includes(userIdOf('bo')));
    const posted = logged.flatMap(({ type }, index) =>
      type === 'chat.MessagePosted' ? [index] : [],
    );
    const acknowledged = answers.filter((isKept) => isKept).length;
    if (acknowledged !== posted.length || posted.some((index) => index > removedAt)) {
      return round;
    }
  }
  return null;
}

/** Resolves to whether it was kept. */
const sendThrough = async (roomId: string, text: string): Promise<boolean> => {
  const input = { roomId, clientMessageId: randomUUID(), text };
  const { data } = await insist(() => chat.execute(SEND, { input }, as('bo')));
  return data.sendMessage.message !== null;
};

/** The naive way: who was in the room when it was looked says something, however long that took. */
const sendAsSeen = async (roomId: string, text: string): Promise<boolean> => {
  const seen = await client.participant.count({ where: { roomId, userId: userIdOf('bo') } });
  if (seen === 0) return false;
  await delay(Number(text) * 3);
  const message = await asSeen((stores) =>
    postMessage(stores, {
      ...{ id: newId('msg'), roomId, authorId: userIdOf('bo'), text, replyToId: null },
      ...{ clientMessageId: randomUUID(), at: new Date() },
    }),
  );
  return message !== null;
};

test("no message is in the room after its author's removal or ban, however close the race", async () => {
  expect(await wrongRound(sized({ suite: 20, soak: 1_000 }), sendThrough)).toBeNull();
}, 600_000);

test('posting without a lock on the participant is caught (mutant)', async () => {
  expect(await wrongRound(50, sendAsSeen)).not.toBeNull();
});

test('somebody who is removed between the check and the start of the stream is not let in', async () => {
  const backplane = await testBackplane();
  await using _ = { [Symbol.asyncDispose]: () => backplane.close() };
  let meanwhile = async () => {};
  const { pubsub } = backplane;
  const subscribe: typeof pubsub.subscribe = async (topic, listener) => {
    await meanwhile();
    return pubsub.subscribe(topic, listener);
  };
  await using hooked = await startChat({
    backplane: { ...backplane, pubsub: { ...pubsub, subscribe } },
  });
  const participantIds = [userIdOf('bo')];
  const roomId = await hooked.createRoom('ada', { kind: 'PRIVATE', name: 'Race', participantIds });
  meanwhile = async () => {
    await hooked.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
  };
  await expect(hooked.follow('bo', roomId)).rejects.toThrow('ROOM_NOT_FOUND');
});
