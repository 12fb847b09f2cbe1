import { isDeepStrictEqual } from 'node:util';
import { newId } from '@souk/runtime/domain';
import { as, randomOf, until, userIdOf } from '@souk/testkit';
import { isUnionType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADD,
  DELETE,
  EDIT,
  FAILURES,
  LEAVE,
  PIN,
  REACT,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

// A client reads a room once and follows its events: in the end it shows what one shows that reads the
// room then, whatever happened. Every kind of event is among it; a kind that is added has to be as well.

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo', 'cy', 'eve', 'sue', 'sam'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

const THREAD = 'id replyCount lastReplyAt';
const MESSAGE = `id sequence text html revision editedAt deletedAt pinnedAt reactionCount
  final reactions { emoji count } mentions { __typename } author { id } replyTo { id }
  kind system { change by { id } people { id } changed message { id } }`;
const ROOM =
  'id name topic readOnly slowModeSeconds retentionDays version archivedAt supportState assignee { id }';
const READ = `query ($id: ID!) { room(id: $id) { ${ROOM} head lastSequence
  participants(first: 100) { edges { node { user { id } readUpToSequence } } }
  threads(first: 100) { edges { node { ${THREAD} messages(first: 100) { edges { node { ${MESSAGE} } } } } } }
  messages(first: 100) { edges { node { ${MESSAGE} } } } } }`;
const FOLLOW = `subscription ($id: ID!, $after: EventCursor) { roomEvents(roomId: $id, after: $after) {
  __typename
  ... on MessagePosted { message { ${MESSAGE} } }
  ... on MessageEdited { message { ${MESSAGE} } }
  ... on MessageGrew { message { ${MESSAGE} } }
  ... on MessageDeleted { message { ${MESSAGE} } }
  ... on ReactionsChanged { message { ${MESSAGE} } }
  ... on PinChanged { message { ${MESSAGE} } }
  ... on ThreadUpdated { thread { ${THREAD} } message { ${MESSAGE} } }
  ... on ReadMoved { participant { user { id } readUpToSequence } }
  ... on ParticipantsChanged { joined { id } left { id } }
  ... on RoomUpdated { room { ${ROOM} } } } }`;

// biome-ignore lint/suspicious/noExplicitAny: what a client keeps is what it was sent.
type Kept = any;

/** What a client shows: things by their ids, as caches keep them. */
interface Shown {
  room: Kept;
  messages: Map<string, Kept>;
  threads: Map<string, Kept>;
  /** Who is there, and how far they have read. */
  people: Map<string, number | null>;
  lastSequence: number;
}

const nodesOf = ({ edges }: Kept): Kept[] => edges.map(({ node }: Kept) => node);

async function read(id: string, who = 'ada'): Promise<Shown & { head: string }> {
  const { head, participants, threads, messages, lastSequence, ...room } = (
    await chat.ask(READ, { id }, who)
  ).room;
  const replies = nodesOf(threads).flatMap((thread) => nodesOf(thread.messages));
  return {
    head,
    room,
    lastSequence,
    messages: new Map([...nodesOf(messages), ...replies].map((message) => [message.id, message])),
    threads: new Map(
      nodesOf(threads).map(({ messages: _replies, ...thread }) => [thread.id, thread]),
    ),
    people: new Map(
      nodesOf(participants).map(({ user, readUpToSequence }) => [user.id, readUpToSequence]),
    ),
  };
}

/** What a client does with an event: it puts what came in the place of what it has. */
function apply(shown: Shown, event: Kept): void {
  const { message, thread, participant, room } = event;
  if (message) {
    shown.messages.set(message.id, message);
    // What somebody says also says how far they have read.
    if (event.__typename === 'MessagePosted') {
      shown.lastSequence = message.sequence;
      if (message.author) shown.people.set(message.author.id, message.sequence);
    }
  }
  if (thread) shown.threads.set(thread.id, thread);
  if (room) shown.room = room;
  if (participant) shown.people.set(participant.user.id, participant.readUpToSequence);
  for (const { id } of event.left ?? []) shown.people.delete(id);
  // Whoever comes has read everything so far.
  for (const { id } of event.joined ?? []) shown.people.set(id, shown.lastSequence || null);
}

const APPEND = `mutation ($input: AppendMessageInput!) { appendToMessage(input: $input) { message { revision } } }`;

/** Says something in pieces, of which the last may never come. */
async function grow(who: string, id: string, random: (below: number) => number) {
  const begun = await chat.send(who, id, 'Well', { final: false }).catch(() => null);
  if (!begun) return;
  const input = { messageId: begun.id, expectedRevision: 1, text: ', @ada?', final: random(2) > 0 };
  await chat.execute(APPEND, { input }, as(who));
}

/** Something that somebody does in the room; what is refused is no event. */
async function doSomething(id: string, random: (below: number) => number, said: string[]) {
  const who = ['ada', 'bo', 'cy'][random(3)] as string;
  const messageId = said[random(said.length)];
  const call = (query: string, variables: object) =>
    chat.execute(query, variables as never, as(who));
  const turn = said.length < 3 ? 0 : random(11);
  const say = async (more: Record<string, unknown> = {}) => {
    const sent = await chat.send(who, id, `@bo *${random(1_000)}*`, more).catch(() => null);
    if (sent) said.push(sent.id);
  };
  if (turn <= 1) return say();
  if (turn === 10) return grow(who, id, random);
  if (turn === 2) return say({ threadOfId: messageId });
  if (turn === 3) return call(EDIT, { input: { messageId, text: `else ${random(1_000)}` } });
  if (turn === 4 && random(3) === 0) return call(DELETE, { id: messageId });
  if (turn <= 5)
    return call(REACT, { id: messageId, emoji: ['👍', '❤'][random(2)], on: random(3) > 0 });
  if (turn === 6) return call(PIN, { id: messageId, on: random(2) > 0 });
  if (turn === 7) return call(UPDATE, { input: { id, topic: `Topic ${random(5)}` } });
  if (turn === 8) return chat.readAll(who, id).catch(() => undefined);
  if (who === 'cy') return call(LEAVE, { id });
  return call(ADD, { roomId: id, userIds: [userIdOf('cy')] });
}

test.each([1, 2, 3])('a snapshot and its events are a fresh snapshot (%i)', async (seed) => {
  const next = randomOf(20_261_126 + seed);
  const random = (below: number) => Math.floor(next() * below);
  const id = await chat.createRoom('ada', {
    kind: 'PRIVATE',
    name: 'History',
    participantIds: ['bo', 'cy'].map(userIdOf),
  });
  const said: string[] = [];
  for (let count = 0; count < 15; count += 1) await doSomething(id, random, said);
  const { head, ...shown } = await read(id);
  await using stream = await chat.subscribe(FOLLOW, { id, after: head }, as('ada'));
  for (let round = 0; round < 12; round += 1) {
    // Several at once, as people do.
    await Promise.all(Array.from({ length: 5 }, () => doSomething(id, random, said)));
  }
  // The last one is known by its text, so everything before it has been sent as well.
  const last = await chat.send('ada', id, 'the end');
  await stream.find(({ data }) => data?.roomEvents.message?.id === last.id);
  // Whoever read something before may have written since, which says the same.
  await chat.readAll('bo', id);
  await stream.find(({ data }) => data?.roomEvents.participant?.readUpToSequence === last.sequence);
  const events = stream.items.map(({ data }) => data.roomEvents);
  const { head: _, ...fresh } = await read(id);
  runs.push({ shown: structuredClone(shown), events, fresh });
  for (const event of events) apply(shown, event);
  expect(shown).toEqual(fresh);
});

/** What a buyer and staff do in a room about an order. */
async function doInSupport(id: string, random: (below: number) => number) {
  const helper = ['sue', 'sam'][random(2)] as string;
  const staff = { ...as(helper), roles: ['SUPPORT' as const] };
  const turns = [
    () => chat.send('bo', id, `where? ${random(99)}`).catch(() => undefined),
    () => chat.send(helper, id, `there ${random(99)}`).catch(() => undefined),
    () => chat.readAll('bo', id).catch(() => undefined),
    () => chat.execute(TAKE, { id, on: true }, staff),
    () => chat.execute(TAKE, { id, on: random(2) > 0 }, staff),
    () => chat.execute(RESOLVE, { id, on: random(2) > 0 }, as(random(2) ? 'bo' : helper)),
  ];
  await turns[random(turns.length)]?.();
}

const OPEN = `mutation ($id: ID!) { openSupportRoom(orderId: $id) { room { id } ${FAILURES} } }`;
const TAKE = `mutation ($id: ID!, $on: Boolean!) { setSupportTaken(roomId: $id, on: $on) { ${FAILURES} } }`;
const RESOLVE = `mutation ($id: ID!, $on: Boolean!) { setSupportResolved(roomId: $id, on: $on) { ${FAILURES} } }`;

test.each([1, 2])(
  'a snapshot of a SUPPORT room and its events are a fresh one (%i)',
  async (seed) => {
    const next = randomOf(20_261_127 + seed);
    const random = (below: number) => Math.floor(next() * below);
    const orderId = newId('ord');
    await chat.deliver('orders.OrderPlaced', {
      ...{ orderId, number: 'S-1', buyerId: userIdOf('bo'), currency: 'EUR' },
      ...{ totalMinor: 1, lines: [] },
    });
    const { room } = (await chat.ask(OPEN, { id: orderId }, 'bo')).openSupportRoom;
    for (let count = 0; count < 8; count += 1) await doInSupport(room.id, random);
    const { head, ...shown } = await read(room.id, 'bo');
    await using stream = await chat.subscribe(FOLLOW, { id: room.id, after: head }, as('bo'));
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(Array.from({ length: 3 }, () => doInSupport(room.id, random)));
    }
    const last = await chat.send('bo', room.id, 'the end');
    // Whose turn it is is announced right after what was said.
    const RESOLVED = { id: room.id, on: true };
    await chat.execute(RESOLVE, RESOLVED, as('bo'));
    await stream.find(({ data }) => data?.roomEvents.message?.id === last.id);
    await stream.find(({ data }) => data?.roomEvents.room?.supportState === 'RESOLVED');
    const { head: _, ...fresh } = await read(room.id, 'bo');
    await until(() => {
      const after = structuredClone(shown);
      for (const { data } of stream.items) apply(after, data.roomEvents);
      return isDeepStrictEqual(after, fresh);
    }).catch(() => undefined);
    const events = stream.items.map(({ data }) => data.roomEvents);
    for (const kind of ['RoomUpdated', 'ParticipantsChanged', 'MessagePosted']) {
      const without = structuredClone(shown);
      for (const event of events) if (event.__typename !== kind) apply(without, event);
      expect([kind, isDeepStrictEqual(without, fresh)]).toEqual([kind, false]);
    }
    for (const event of events) apply(shown, event);
    expect(shown).toEqual(fresh);
  },
);

const runs: { shown: Shown; events: Kept[]; fresh: Shown }[] = [];

test('every kind of event was among them, and none can be left out', () => {
  const union = chat.subgraph.schema.getType('RoomStream');
  const kinds = isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
  const received = kinds.filter((kind) => kind !== 'StreamReset' && kind !== 'CaughtUp');
  expect(received.length).toBeGreaterThan(5);
  for (const kind of received) {
    const differs = runs.some(({ shown, events, fresh }) => {
      const without = structuredClone(shown);
      for (const event of events) if (event.__typename !== kind) apply(without, event);
      return !isDeepStrictEqual(without, fresh);
    });
    expect([kind, differs]).toEqual([kind, true]);
  }
});
