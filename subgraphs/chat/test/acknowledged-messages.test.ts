import { randomUUID } from 'node:crypto';
import { as, sized } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JOIN, startChat, type TestChat } from './chat.ts';
import { type Crash, manyProcesses, type Processes } from './many-processes.ts';
import { forgetfulReader, type Heard, resumingReader } from './readers.ts';

const NAMES = ['ada', 'bo', 'cy', 'eve'];
const ROOMS = sized({ suite: 2, soak: 4 });
const READERS = sized({ suite: 4, soak: 40 });
const SENDERS = sized({ suite: 4, soak: 8 });
const MESSAGES_OF_EACH = sized({ suite: 25, soak: 500 });
const CRASHES = sized({ suite: 4, soak: 20 });

let chat: TestChat;
let processes: Processes;
beforeAll(async () => {
  chat = await startChat({ people: NAMES });
  processes = await manyProcesses(chat, 2);
});
afterAll(async () => {
  await processes.close();
  await chat[Symbol.asyncDispose]();
});

/** What was said while processes crashed, and what each reader heard of it. */
async function talkThroughCrashes(reader: typeof resumingReader) {
  const rooms = await Promise.all(
    Array.from({ length: ROOMS }, async (_, at) => {
      const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: `Hall ${at}` });
      await Promise.all(NAMES.map((name) => chat.ask(JOIN, { id: room }, name)));
      return room;
    }),
  );
  const heads = await Promise.all(rooms.map((room) => chat.head('ada', room)));
  const readers = Array.from({ length: READERS }, (_, at) => {
    const place = at % ROOMS;
    const following = { roomId: rooms[place] as string, after: heads[place] as string };
    return reader(processes, { ...following, viewer: as(NAMES[at % 4] as string) });
  });
  const acknowledged = new Map<string, Map<number, string>>(rooms.map((room) => [room, new Map()]));
  const send = async (sender: number) => {
    for (let count = 0; count < MESSAGES_OF_EACH; count += 1) {
      const roomId = rooms[(sender + count) % ROOMS] as string;
      const text = `${sender}/${count}`;
      const input = { roomId, clientMessageId: randomUUID(), text };
      const { sequence } = await processes.send(input, as(NAMES[sender % 4] as string));
      acknowledged.get(roomId)?.set(sequence, text);
    }
  };
  const crashes: Crash[] = [];
  let talking = true;
  const crashing = (async () => {
    while (talking && crashes.length < CRASHES) crashes.push(await processes.crash());
  })();
  await Promise.all(Array.from({ length: SENDERS }, (_, at) => send(at)));
  talking = false;
  await crashing;
  const last = (room: string) => Math.max(...(acknowledged.get(room)?.keys() ?? []));
  const heard = await Promise.all(readers.map((one) => one.heardUpTo(last(one.roomId))));
  return { acknowledged, heard, crashes };
}

/** What is wrong with a reader's history: each message that was acknowledged once, in its order. */
const mistakesIn = (
  { roomId, messages }: Heard,
  acknowledged: Map<string, Map<number, string>>,
) => {
  const said = acknowledged.get(roomId) ?? new Map<number, string>();
  const order = [...said.keys()].sort((one, other) => one - other);
  const received = messages.map(({ sequence }) => sequence);
  return [
    ...order.filter((sequence, at) => sequence !== at + 1).map((sequence) => `gap at ${sequence}`),
    ...order.filter((sequence) => !received.includes(sequence)).map((one) => `${one} is lost`),
    ...received.filter((one, at) => received.indexOf(one) !== at).map((one) => `${one} came twice`),
    ...received
      .filter((one, at) => at > 0 && one < (received[at - 1] as number))
      .map((one) => `${one} late`),
    ...messages.flatMap(({ sequence, text }) =>
      text === said.get(sequence) ? [] : [`${sequence} says something else`],
    ),
  ];
};

test('every acknowledged message reaches every reader once and in order, though processes crash', async () => {
  const { acknowledged, heard, crashes } = await talkThroughCrashes(resumingReader);
  expect(crashes.length).toBeGreaterThan(0);
  expect(heard.flatMap((one) => mistakesIn(one, acknowledged))).toEqual([]);
  const said = [...acknowledged.values()].reduce((sum, { size }) => sum + size, 0);
  expect(said).toBe(SENDERS * MESSAGES_OF_EACH);
});

test('a reader that forgets its position loses messages, so the test above can fail', async () => {
  const { acknowledged, heard } = await talkThroughCrashes(forgetfulReader);
  expect(heard.flatMap((one) => mistakesIn(one, acknowledged)).join()).toContain('is lost');
});
