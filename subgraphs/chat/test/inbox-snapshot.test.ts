import { isDeepStrictEqual } from 'node:util';
import { as, insist, randomOf, until, userIdOf } from '@souk/testkit';
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
  REMOVE,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

// A device reads one's rooms once and follows the inbox: in the end it shows what one shows that reads them then,
// whatever happened where. Every kind of event of the inbox is among it; a kind that is added has to be as well.

let chat: TestChat;
let now = new Date();
beforeAll(async () => {
  chat = await startChat({ config: { strangersAsk: true }, clock: () => now });
});
afterAll(() => chat[Symbol.asyncDispose]());

const MESSAGE = `id sequence kind text revision editedAt deletedAt pinnedAt reactionCount final
  system { change people { id } changed }`;
const ROOM = `id name topic version lastSequence requestedBy { id } lastMessage { id text kind deletedAt }
  viewerState { readUpToSequence unreadCount mentionCount threadUnreadCount starred notify mutedUntil
    draft { text version } firstUnread { id } }`;
const REMINDER = 'id doneAt';
const READ = `query { viewer { inboxHead
  rooms(first: 100) { edges { node { ${ROOM} messages(last: 100) { edges { node { ${MESSAGE} } } } } } }
  asked: rooms(filter: { membership: REQUESTED }, first: 100) { edges { node { ${ROOM} } } }
  reminders(first: 100) { edges { node { ${REMINDER} } } } } }`;
const OF_ROOM = `room { ${ROOM} }`;
const FOLLOW = `subscription ($after: EventCursor, $messages: Boolean) {
  inboxEvents(after: $after, messages: $messages) {
    __typename
    ... on RoomStateChanged { ${OF_ROOM} }
    ... on RoomAdded { ${OF_ROOM} }
    ... on RoomRequested { ${OF_ROOM} }
    ... on RoomUpdated { ${OF_ROOM} }
    ... on RoomRemoved { roomId }
    ... on ReminderDue { reminder { ${REMINDER} } }
    ... on MessagePosted { message { ${MESSAGE} } }
    ... on MessageEdited { message { ${MESSAGE} } }
    ... on MessageGrew { message { ${MESSAGE} } }
    ... on MessageDeleted { message { ${MESSAGE} } }
    ... on ReactionsChanged { message { ${MESSAGE} } }
    ... on PinChanged { message { ${MESSAGE} } }
    ... on ThreadUpdated { message { ${MESSAGE} } thread { id replyCount } } } }`;

// biome-ignore lint/suspicious/noExplicitAny: what a device keeps is what it was sent.
type Kept = any;

/** What a device shows: a list of rooms, or all that is said in them; things by their ids. */
interface Shown {
  rooms: Map<string, Kept>;
  reminders: Map<string, Kept>;
  messages: Map<string, Kept>;
}

const nodesOf = ({ edges }: Kept): Kept[] => edges.map(({ node }: Kept) => node);
const byId = (things: Kept[]) => new Map(things.map((thing) => [thing.id, thing]));

async function read(): Promise<Shown & { head: string }> {
  const { inboxHead: head, rooms, asked, reminders } = (await chat.ask(READ, {}, 'ada')).viewer;
  const messages = nodesOf(rooms).flatMap((room) => nodesOf(room.messages));
  const shown = nodesOf(rooms).map(({ messages: _, ...room }) => room);
  return {
    head,
    rooms: byId([...shown, ...nodesOf(asked)]),
    reminders: byId(nodesOf(reminders)),
    messages: byId(messages),
  };
}

/** What a device does with an event: it puts what came in the place of what it has. */
function apply(shown: Shown, { room, roomId, reminder, message, thread }: Kept): void {
  if (room) shown.rooms.set(room.id, room);
  if (roomId) shown.rooms.delete(roomId);
  // The list is of those that are to come.
  if (reminder?.doneAt) shown.reminders.delete(reminder.id);
  // Replies are in their threads, not in the room.
  if (message && !thread) shown.messages.set(message.id, message);
}

const APPEND = `mutation ($input: AppendMessageInput!) { appendToMessage(input: $input) { ${FAILURES} } }`;
const PREFER = `mutation ($input: RoomPreferencesInput!) { setRoomPreferences(input: $input) { ${FAILURES} } }`;
const DRAFT = `mutation ($input: DraftInput!) { setDraft(input: $input) { ${FAILURES} } }`;
const UNREAD = `mutation ($id: ID!) { markRoomUnread(roomId: $id, fromSequence: 1) { ${FAILURES} } }`;
const REMIND = `mutation ($id: ID!, $at: DateTime) { setReminder(messageId: $id, remindAt: $at) { ${FAILURES} } }`;
const ANSWER = `mutation ($id: ID!, $answer: RequestAnswer!) { answerRoomRequest(roomId: $id, answer: $answer) { ${FAILURES} } }`;
const ALL_READ = `mutation { markAllRoomsRead { ${FAILURES} } }`;

interface World {
  rooms: string[];
  said: { id: string; roomId: string }[];
}

/** Two friends of ada's, who may bring her in, and rooms in which they are. */
async function begin(): Promise<World> {
  const rooms: string[] = [];
  for (const name of ['One', 'Two']) {
    const participantIds = ['bo', 'cy'].map(userIdOf);
    const id = await chat.createRoom('ada', { kind: 'PRIVATE', name, participantIds });
    for (const who of ['bo', 'cy']) await chat.execute(ANSWER, { id, answer: 'ACCEPT' }, as(who));
    rooms.push(id);
  }
  const said: World['said'] = [];
  for (const roomId of rooms) {
    for (const who of ['ada', 'bo', 'cy']) {
      const { id } = await chat.send(who, roomId, 'hello @ada');
      said.push({ id, roomId });
    }
  }
  return { rooms, said };
}

/** Something that ada does on another device, or somebody else; what is refused is no event. */
async function doSomething(
  { rooms, said }: World,
  random: (below: number) => number,
  adaStays: boolean,
) {
  const roomId = rooms[random(rooms.length)] as string;
  const about = said[random(said.length)] as World['said'][number];
  const who = ['bo', 'cy'][random(2)] as string;
  const call = (query: string, variables: object, as_ = who) =>
    chat.execute(query, variables as never, as(as_));
  const say = async (more: Record<string, unknown> = {}, from = who) => {
    const sent = await chat.send(from, roomId, `@ada ${random(99)}`, more).catch(() => null);
    if (sent && !('threadOfId' in more)) said.push({ id: sent.id, roomId });
    return sent;
  };
  const turns: (() => Promise<unknown>)[] = [
    () => say(),
    () => say({}, 'ada'),
    () => say(about.roomId === roomId ? { threadOfId: about.id } : {}),
    async () => {
      const begun = await say({ final: false });
      if (!begun) return;
      const input = { messageId: begun.id, expectedRevision: 1, text: ' more', final: true };
      await call(APPEND, { input });
    },
    () => call(EDIT, { input: { messageId: about.id, text: `else ${random(99)}` } }),
    () => (random(3) ? say() : call(DELETE, { id: about.id })),
    () => call(REACT, { id: about.id, emoji: '👍', on: random(3) > 0 }),
    () => call(PIN, { id: about.id, on: random(2) > 0 }),
    () => call(UPDATE, { input: { id: roomId, topic: `Topic ${random(9)}` } }, 'ada'),
    () => chat.readAll('ada', roomId).catch(() => undefined),
    () => call(UNREAD, { id: roomId }, 'ada'),
    () => call(ALL_READ, {}, 'ada'),
    () =>
      call(
        PREFER,
        { input: { roomId, starred: random(2) > 0, notify: ['ALL', 'NONE'][random(2)] } },
        'ada',
      ),
    () => call(DRAFT, { input: { roomId, text: ['', 'draft'][random(2)] } }, 'ada'),
    // Where everything that is said is shown, she stays: what is said while she is out is history for her.
    async () => (adaStays ? say() : call(LEAVE, { id: roomId }, 'ada')),
    () => call(ADD, { roomId, userIds: [userIdOf('ada')] }),
    () => call(ADD, { roomId, userIds: [userIdOf('ada')] }),
    async () => {
      // A stranger asks: taken, refused, or left open and taken back.
      const input = { kind: 'PRIVATE', name: 'Psst', participantIds: [userIdOf('ada')] };
      const id = await chat.createRoom('eve', input);
      const kind = random(4);
      if (kind === 0) await call(ANSWER, { id, answer: 'ACCEPT' }, 'ada');
      if (kind === 1) await call(ANSWER, { id, answer: 'DECLINE' }, 'ada');
      if (kind === 2) await call(REMOVE, { roomId: id, userId: userIdOf('ada') }, 'eve');
    },
  ];
  await turns[random(turns.length)]?.();
}

/** What becomes of messages, each in its own way, and nothing after it. */
async function eachOfTalk({ rooms: [roomId = ''] }: World): Promise<void> {
  const call = (query: string, variables: object) =>
    insist(() => chat.execute(query, variables as never, as('bo')));
  const say = (text: string, more = {}) => chat.send('bo', roomId, text, more);
  const [one, two, three, four] = [await say('1'), await say('2'), await say('3'), await say('4')];
  await call(EDIT, { input: { messageId: one.id, text: 'else' } });
  await call(REACT, { id: two.id, emoji: '👍', on: true });
  await call(PIN, { id: three.id, on: true });
  await call(DELETE, { id: four.id });
  const { id: messageId } = await say('And', { final: false });
  await call(APPEND, { input: { messageId, expectedRevision: 1, text: ' on', final: true } });
  await say('beside', { threadOfId: one.id });
}

/** Each way into the list of rooms, and out of it. */
async function eachOfRooms({ rooms: [roomId = ''] }: World): Promise<void> {
  const call = (query: string, variables: object, who: string) =>
    insist(() => chat.execute(query, variables as never, as(who)));
  const ada = [userIdOf('ada')];
  await call(ADD, { roomId, userIds: ada }, 'bo');
  await call(UPDATE, { input: { id: roomId, name: 'The end' } }, 'ada');
  await call(LEAVE, { id: roomId }, 'ada');
  await call(ADD, { roomId, userIds: ada }, 'bo');
  for (const answer of ['DECLINE', null]) {
    const id = await chat.createRoom('eve', { kind: 'PRIVATE', name: 'Psst', participantIds: ada });
    if (answer) await call(ANSWER, { id, answer }, 'ada');
  }
}

/** What a device of this kind has to show: all that is said, or the list of rooms. */
const shownBy = (everyMessage: boolean, { rooms, reminders, messages }: Shown) =>
  everyMessage ? { messages, reminders } : { rooms };

const runs: { everyMessage: boolean; shown: Shown; events: Kept[]; fresh: Shown }[] = [];

test.each([
  [1, false],
  [2, true],
  [3, false],
  [4, true],
])(
  'the rooms that were read and the inbox are the rooms read anew (%i, every message: %s)',
  async (seed, everyMessage) => {
    const next = randomOf(20_261_127 + seed);
    const random = (below: number) => Math.floor(next() * below);
    const world = await begin();
    // A reminder of what one no longer sees is done with no word: where ada stays, each is due.
    for (const { id } of everyMessage ? world.said.slice(0, 2) : []) {
      const at = new Date(now.getTime() + 60_000).toISOString();
      await chat.execute(REMIND, { id, at }, as('ada'));
    }
    for (let count = 0; count < 10; count += 1) await doSomething(world, random, everyMessage);
    const { head, ...shown } = await read();
    await using stream = await chat.subscribe(
      FOLLOW,
      { after: head, messages: everyMessage },
      as('ada'),
    );
    for (let round = 0; round < 15; round += 1) {
      await Promise.all(Array.from({ length: 3 }, () => doSomething(world, random, everyMessage)));
    }
    await (everyMessage ? eachOfTalk(world) : eachOfRooms(world));
    now = new Date(now.getTime() + 120_000);
    const eventsOf = () => stream.items.map(({ data }) => data.inboxEvents);
    const applied = () => {
      const after = structuredClone(shown);
      for (const event of eventsOf()) apply(after, event);
      return after;
    };
    const isTold = async () => {
      const { head: _, ...fresh } = await read();
      if (fresh.reminders.size > 0) return false;
      return isDeepStrictEqual(shownBy(everyMessage, applied()), shownBy(everyMessage, fresh));
    };
    await until(isTold, { within: 60_000 }).catch(() => undefined);
    const { head: _, ...fresh } = await read();
    expect(shownBy(everyMessage, applied())).toEqual(shownBy(everyMessage, fresh));
    runs.push({ everyMessage, shown, events: eventsOf(), fresh });
  },
);

test('every kind of event was among them, and none can be left out', () => {
  const union = chat.subgraph.schema.getType('InboxStream');
  const kinds = isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
  const received = kinds.filter((kind) => kind !== 'StreamReset' && kind !== 'CaughtUp');
  expect(received.length).toBeGreaterThan(8);
  for (const kind of received) {
    const happened = runs.some(({ events }) => events.some((one) => one.__typename === kind));
    expect([kind, happened]).toEqual([kind, true]);
  }
  // A device that is sent no change of this kind shows something else in the end.
  for (const kind of [
    ...['RoomStateChanged', 'RoomRemoved', 'ReminderDue'],
    ...['MessagePosted', 'MessageEdited', 'ReactionsChanged', 'PinChanged'],
  ]) {
    const differs = runs.some(({ everyMessage, shown, events, fresh }) => {
      const without = structuredClone(shown);
      for (const event of events) if (event.__typename !== kind) apply(without, event);
      return !isDeepStrictEqual(shownBy(everyMessage, without), shownBy(everyMessage, fresh));
    });
    expect([kind, differs]).toEqual([kind, true]);
  }
});
