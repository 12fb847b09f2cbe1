import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { newId } from '@souk/runtime/domain';
import { as, insist, randomOf, sql, until, userIdOf } from '@souk/testkit';
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
  SAVE,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

// A device reads one's rooms once and follows the inbox: in the end it shows what one shows that reads them then,
// whatever happened where. Every kind of event of the inbox is among it; a kind that is added has to be as well.

let chat: TestChat;
let now = new Date();
beforeAll(async () => {
  const people = ['ada', 'bo', 'cy', 'eve', 'gil'];
  chat = await startChat({ people, config: { strangersAsk: true }, clock: () => now });
});
afterAll(() => chat[Symbol.asyncDispose]());

const MESSAGE = `id sequence kind text revision editedAt deletedAt pinnedAt reactionCount final
  system { change people { id } changed }`;
const ROOM = `id name topic version lastSequence requestedBy { id } lastMessage { id text kind deletedAt }
  viewerState { readUpToSequence unreadCount mentionCount threadUnreadCount starred notify mutedUntil
    draft { text version } firstUnread { id } }`;
const REMINDER = 'id note remindAt doneAt';
const RIGHTS = 'id viewerCan';
const SCHEDULED = 'id text sendAt status';
const REPORT = 'id status outcome';
const PRESENCE = 'presence { invisible shareLastActive sendReadReceipts sendTyping }';
const READ = `query { viewer { inboxHead
  rooms(first: 100) { edges { node { ${ROOM} messages(last: 100) { edges { node { ${MESSAGE} } } } } } }
  asked: rooms(filter: { membership: REQUESTED }, first: 100) { edges { node { ${ROOM} } } }
  reminders(first: 100) { edges { node { ${REMINDER} } } }
  savedMessages(first: 100) { edges { node { id } } }
  scheduledMessages(first: 100) { edges { node { ${SCHEDULED} } } }
  grouped: rooms(filter: { kinds: [GROUP] }) { edges { node { ${RIGHTS} } } }
  blocks(first: 100) { edges { node { user { id } } } }
  reports(first: 100) { edges { node { ${REPORT} } } }
  ${PRESENCE} } }`;
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
    ... on SavedMessageChanged { messageId saved: message { id savedAt } }
    ... on ReminderChanged { reminderId changedReminder: reminder { ${REMINDER} } }
    ... on ScheduledMessageChanged { scheduled { ${SCHEDULED} } }
    ... on BlockChanged { userId block { user { id } } }
    ... on ReportChanged { reportId report { ${REPORT} } }
    ... on GroupStandingChanged { group { rooms { edges { node { ${RIGHTS} } } } } }
    ... on ViewerPresenceChanged { viewer { ${PRESENCE} } }
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
  saved: Map<string, Kept>;
  scheduled: Map<string, Kept>;
  blocks: Map<string, Kept>;
  reports: Map<string, Kept>;
  /** What may be done in rooms of groups. */
  rights: Map<string, Kept>;
  presence: Kept;
}

const nodesOf = ({ edges }: Kept): Kept[] => edges.map(({ node }: Kept) => node);
const byId = (things: Kept[]) => new Map(things.map((thing) => [thing.id, thing]));

async function read(): Promise<Shown & { head: string }> {
  const { viewer } = await chat.ask(READ, {}, 'ada');
  const { inboxHead: head, rooms, asked, reminders, presence } = viewer;
  const messages = nodesOf(rooms).flatMap((room) => nodesOf(room.messages));
  const shown = nodesOf(rooms).map(({ messages: _, ...room }) => room);
  return {
    head,
    rooms: byId([...shown, ...nodesOf(asked)]),
    reminders: byId(nodesOf(reminders)),
    messages: byId(messages),
    saved: byId(nodesOf(viewer.savedMessages)),
    scheduled: byId(nodesOf(viewer.scheduledMessages)),
    blocks: new Map(nodesOf(viewer.blocks).map((block) => [block.user.id, block])),
    reports: byId(nodesOf(viewer.reports)),
    rights: byId(nodesOf(viewer.grouped)),
    presence,
  };
}

/** Keeps a thing as it is now, or no longer. */
const put = (things: Map<string, Kept>, id: string, thing: Kept | null, isListed: boolean) =>
  thing && isListed ? things.set(id, thing) : things.delete(id);

/** What a device does with an event: it puts what came in the place of what it has. */
function apply(shown: Shown, event: Kept): void {
  const { room, roomId, reminder, message, thread } = event;
  if (room) shown.rooms.set(room.id, room);
  if (roomId) shown.rooms.delete(roomId);
  // The list is of those that are to come.
  if (reminder?.doneAt) shown.reminders.delete(reminder.id);
  // Replies are in their threads, not in the room.
  if (message && !thread) shown.messages.set(message.id, message);
  if (message?.deletedAt) shown.saved.delete(message.id);
  const { messageId, saved, reminderId, changedReminder, scheduled } = event;
  if (messageId) put(shown.saved, messageId, saved && { id: messageId }, saved?.savedAt);
  if (reminderId) {
    put(shown.reminders, reminderId, changedReminder, changedReminder?.doneAt === null);
  }
  if (scheduled) {
    put(shown.scheduled, scheduled.id, scheduled, scheduled.status === 'SCHEDULED');
  }
  if (event.userId) put(shown.blocks, event.userId, event.block, true);
  if (event.reportId) put(shown.reports, event.reportId, event.report, true);
  for (const of of event.group ? nodesOf(event.group.rooms) : []) shown.rights.set(of.id, of);
  if (event.viewer) shown.presence = event.viewer.presence;
}

const APPEND = `mutation ($input: AppendMessageInput!) { appendToMessage(input: $input) { ${FAILURES} } }`;
const PREFER = `mutation ($input: RoomPreferencesInput!) { setRoomPreferences(input: $input) { ${FAILURES} } }`;
const DRAFT = `mutation ($input: DraftInput!) { setDraft(input: $input) { ${FAILURES} } }`;
const UNREAD = `mutation ($id: ID!) { markRoomUnread(roomId: $id, fromSequence: 1) { ${FAILURES} } }`;
const REMIND = `mutation ($id: ID!, $at: DateTime) { setReminder(messageId: $id, remindAt: $at) { ${FAILURES} } }`;
const SCHEDULE = `mutation ($input: ScheduleMessageInput!) { scheduleMessage(input: $input) { ${FAILURES} } }`;
const BLOCK = `mutation ($id: ID!, $on: Boolean!) { setBlocked(userId: $id, on: $on) { ${FAILURES} } }`;
const SHOW = `mutation ($input: PresenceInput!) { setPresence(input: $input) { ${FAILURES} } }`;
const TELL = `mutation ($id: ID!) { reportMessage(messageId: $id, reason: SPAM) { ${FAILURES} } }`;
const ANSWER = `mutation ($id: ID!, $answer: RequestAnswer!) { answerRoomRequest(roomId: $id, answer: $answer) { ${FAILURES} } }`;
const ALL_READ = `mutation { markAllRoomsRead { ${FAILURES} } }`;

interface World {
  /** Mutes ada in the group, or lets her speak again. */
  mute(on: boolean): Promise<unknown>;
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
  return { rooms, said, mute: await inGroup() };
}

/** A group of bo's in which ada is. */
async function inGroup(): Promise<World['mute']> {
  const groupId = newId('grp');
  let sequence = 0;
  const at = () => ({ stream: `group:${groupId}`, sequence: ++sequence });
  const group = { groupId, slug: groupId, name: 'Makers', visibility: 'PRIVATE' as const };
  await chat.deliver('groups.GroupCreated', { ...group, ownerId: userIdOf('bo') }, at());
  const member = {
    groupId,
    memberId: newId('gmb'),
    userId: userIdOf('ada'),
    role: 'MEMBER',
  } as const;
  await chat.deliver('groups.MemberJoined', member, at());
  const INSIDE = `SELECT 1 FROM room r JOIN participant p ON p.room_id = r.id
    WHERE r.group_id = $1 AND p.user_id = $2`;
  await until(async () => (await sql(chat, INSIDE, [groupId, userIdOf('ada')])).length > 0);
  const about = { ...member, joinedAt: now.toISOString() };
  return (on) =>
    on
      ? chat.deliver('groups.MemberMuted', { ...about, until: null }, at())
      : chat.deliver('groups.MemberUnmuted', about, at());
}

/** Something that ada does on another device, or somebody else; what is refused is no event. */
async function doSomething(
  { rooms, said }: Pick<World, 'rooms' | 'said'>,
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
    ...ofOwn({ rooms, said }, random, call),
  ];
  await turns[random(turns.length)]?.();
}

/** What ada keeps for herself alone, on another device. */
const ofOwn = (
  { rooms, said }: Pick<World, 'rooms' | 'said'>,
  random: (below: number) => number,
  call: (query: string, variables: object, who?: string) => Promise<unknown>,
) => {
  const roomId = rooms[random(rooms.length)];
  const { id } = said[random(said.length)] as World['said'][number];
  const at = new Date(now.getTime() + 60_000).toISOString();
  const later = { roomId, clientMessageId: randomUUID(), text: 'later', sendAt: at };
  const hers: [query: string, variables: object][] = [
    [SAVE, { id, on: random(3) > 0 }],
    [REMIND, { id, at: random(3) > 0 ? at : null }],
    [SCHEDULE, { input: later }],
    [BLOCK, { id: userIdOf('gil'), on: random(2) > 0 }],
    [SHOW, { input: { sendTyping: random(2) > 0 } }],
    [TELL, { id }],
  ];
  return hers.map(
    ([query, variables]) =>
      () =>
        call(query, variables, 'ada'),
  );
};

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
const shownBy = (everyMessage: boolean, { rooms, messages, saved, ...own }: Shown) =>
  everyMessage ? { messages, saved, ...own } : { rooms, ...own };

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
    const call = (query: string, variables: object, who = 'ada') =>
      chat.execute(query, variables as never, as(who));
    for (const change of ofOwn(world, random, call)) await change();
    // One that is to come in the end as well.
    const inAnHour = new Date(now.getTime() + 3_600_000).toISOString();
    await call(REMIND, { id: world.said[0]?.id, at: inAnHour });
    await world.mute(true);
    await stream.find(({ data }) => data.inboxEvents.__typename === 'GroupStandingChanged');
    now = new Date(now.getTime() + 120_000);
    const eventsOf = () => stream.items.map(({ data }) => data.inboxEvents);
    const applied = () => {
      const after = structuredClone(shown);
      for (const event of eventsOf()) apply(after, event);
      return after;
    };
    const isTold = async () => {
      const { head: _, ...fresh } = await read();
      const areDue = [...fresh.reminders.values()].some(
        ({ remindAt }) => Date.parse(remindAt) <= now.getTime(),
      );
      if (areDue || fresh.scheduled.size > 0) return false;
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
    ...['RoomStateChanged', 'RoomRemoved', 'ReminderDue', 'SavedMessageChanged', 'BlockChanged'],
    ...['ScheduledMessageChanged', 'ReportChanged', 'ViewerPresenceChanged', 'ReminderChanged'],
    'GroupStandingChanged',
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
