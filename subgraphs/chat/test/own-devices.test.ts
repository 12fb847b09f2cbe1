import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { newId, type Viewer } from '@souk/runtime/domain';
import { as, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADD,
  ARCHIVE,
  BAN,
  DELETE,
  EDIT,
  FAILURES,
  FORWARD,
  JOIN,
  LEAVE,
  MARK_READ,
  PIN,
  REACT,
  REMOVE,
  SAVE,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

// What somebody keeps for themselves alone is the same on all of their devices: whatever a mutation changes of it is told
// in their own stream. Each mutation is asked here; one that is added has to be as well.

let now = new Date();
let chat: TestChat;
let inbox: Awaited<ReturnType<TestChat['subscribe']>>;
beforeAll(async () => {
  const people = ['ada', 'bo', 'cy', 'eve', 'gil'];
  chat = await startChat({ people, config: { strangersAsk: true }, clock: () => now });
  // Who has said something to each other is no stranger.
  const id = await room('bo', 'cy');
  for (const name of ['ada', 'bo', 'cy']) await chat.send(name, id, 'Hello');
  inbox = await chat.subscribe(FOLLOW, {}, as('ada'));
  await inbox.atLeast(1);
});
afterAll(async () => {
  await inbox?.stop();
  await chat?.[Symbol.asyncDispose]();
});

/** All that ada keeps for herself, as a device shows it. */
const PLACE = `viewerState { readUpToSequence unreadCount mentionCount threadUnreadCount notify mutedUntil starred
  draft { text version } }`;
const OWN = `{ viewer {
  rooms(first: 100) { edges { node { id ${PLACE} } } }
  asked: rooms(filter: { membership: REQUESTED }) { edges { node { id } } }
  threads(first: 100) { edges { node { id viewerState { following readUpToSequence draft { text } } } } }
  savedMessages { edges { node { id } } }
  scheduledMessages { edges { node { id text sendAt } } }
  reminders { edges { node { id note remindAt } } }
  blocks { edges { node { user { id } } } }
  reports { edges { node { id status outcome appeal } } }
  presence { invisible shareLastActive sendReadReceipts sendTyping } } }`;
const FOLLOW = 'subscription { inboxEvents { __typename } }';
const own = async () => (await chat.ask(OWN, {}, 'ada')).viewer;
const told = () => inbox.items.map(({ data }) => data.inboxEvents.__typename as string);

const call = (name: string, args: string, more = '') =>
  `mutation { ${name}${args && `(${args})`} { ${more} ${FAILURES} } }`;
const ask = (
  query: string,
  variables: Record<string, unknown> = {},
  who: Viewer | string = 'ada',
) => chat.ask(query, variables, who);
const quoted = (at: number) => JSON.stringify(new Date(now.getTime() + at).toISOString());
const MINUTE = 60_000;

const room = async (...people: string[]) => {
  const id = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Parlour' });
  for (const person of people) {
    await ask(ADD, { roomId: id, userIds: [userIdOf(person)] });
    const isIn = await chat.ask(
      'query ($id: ID!) { room(id: $id) { viewerMembership } }',
      { id },
      person,
    );
    if (isIn.room.viewerMembership === 'REQUESTED') {
      await ask(call('answerRoomRequest', `roomId: "${id}", answer: ACCEPT`), {}, person);
    }
  }
  return id;
};
/** Something that bo said to ada. */
const said = async () => {
  const roomId = await room('bo');
  return { roomId, ...(await chat.send('bo', roomId, '@ada, tea?')) };
};
/** Something that ada said, and cy reported to staff. */
const reported = async () => {
  const roomId = await room('bo', 'cy');
  const { id } = await chat.send('ada', roomId, 'Send me your savings');
  const report = call('reportMessage', `messageId: "${id}", reason: FRAUD`, 'report { id }');
  return (await ask(report, {}, 'cy')).reportMessage.report.id as string;
};
const decide = (id: string, outcome: string) =>
  ask(call('decideReport', `reportId: "${id}", outcome: ${outcome}`), {}, as('eve', 'MODERATOR'));
const thread = async () => {
  const { roomId, id } = await said();
  await chat.send('bo', roomId, '@ada', { threadOfId: id });
  return { roomId, threadId: id.replace('msg_', 'thr_') };
};
const schedule = async (roomId: string) => {
  const key = `clientMessageId: "${randomUUID()}", text: "later", sendAt: ${quoted(MINUTE)}`;
  const asked = call(
    'scheduleMessage',
    `input: { roomId: "${roomId}", ${key} }`,
    'scheduled { id }',
  );
  return (await ask(asked)).scheduleMessage.scheduled.id as string;
};
const askedIn = () =>
  chat.createRoom('gil', { kind: 'PRIVATE', name: 'Psst', participantIds: [userIdOf('ada')] });
const anOrder = async (buyer: string) => {
  const orderId = newId('ord');
  const order = { orderId, number: 'S-1', buyerId: userIdOf(buyer), currency: 'EUR' };
  await chat.deliver('orders.OrderPlaced', { ...order, totalMinor: 1, lines: [] } as never);
  const KNOWN = 'SELECT 1 FROM known_order WHERE id = $1';
  await until(async () => (await sql(chat, KNOWN, [orderId])).length > 0);
  return orderId;
};
const supported = async (buyer = 'ada') => {
  const opened = call('openSupportRoom', `orderId: "${await anOrder(buyer)}"`, 'room { id }');
  return (await ask(opened, {}, buyer)).openSupportRoom.room.id as string;
};

/** Makes what is needed, and gives what ada, or somebody else, does then. */
type Change = () => Promise<() => Promise<unknown>>;

/** By mutation: what changes of what ada keeps, and by what her other devices hear of it. */
const TOLD: Record<string, [by: string, change: Change]> = {
  createRoom: ['RoomAdded', async () => () => room()],
  openDirectRoom: ['RoomAdded', async () => () => chat.openDirect('ada', 'bo', 'cy')],
  openDiscussion: [
    'RoomAdded',
    async () => () => ask(call('openDiscussion', `entityId: "${newId('prd')}"`, 'room { id }')),
  ],
  openSupportRoom: ['RoomAdded', async () => () => supported()],
  setSupportTaken: [
    'RoomAdded',
    async () => {
      const id = await supported('bo');
      return () =>
        ask(call('setSupportTaken', `roomId: "${id}", on: true`), {}, as('ada', 'SUPPORT'));
    },
  ],
  joinRoom: [
    'RoomAdded',
    async () => {
      const id = await chat.createRoom('bo', { kind: 'PUBLIC', name: 'Square' });
      return () => ask(JOIN, { id });
    },
  ],
  answerRoomRequest: [
    'RoomAdded',
    async () => {
      const id = await askedIn();
      return () => ask(call('answerRoomRequest', `roomId: "${id}", answer: ACCEPT`));
    },
  ],
  leaveRoom: [
    'RoomRemoved',
    async () => {
      const id = await room('bo');
      return () => ask(LEAVE, { id });
    },
  ],
  addParticipants: [
    'RoomAdded',
    async () => {
      const { roomId } = await said();
      await ask(LEAVE, { id: roomId });
      return () => ask(ADD, { roomId, userIds: [userIdOf('ada')] }, 'bo');
    },
  ],
  archiveRoom: [
    'RoomUpdated',
    async () => {
      const id = await room('bo');
      // What is closed stands in no list of rooms.
      return () => ask(ARCHIVE, { id });
    },
  ],
  setRoomPreferences: [
    'RoomStateChanged',
    async () => {
      const id = await room();
      return () => ask(call('setRoomPreferences', `input: { roomId: "${id}", starred: true }`));
    },
  ],
  setDraft: [
    'RoomStateChanged',
    async () => {
      const id = await room();
      return () => ask(call('setDraft', `input: { roomId: "${id}", text: "I" }`));
    },
  ],
  markRoomRead: [
    'RoomStateChanged',
    async () => {
      const { roomId, sequence } = await said();
      return () => ask(MARK_READ, { roomId, upTo: sequence });
    },
  ],
  markRoomUnread: [
    'RoomStateChanged',
    async () => {
      const { roomId, sequence } = await said();
      await ask(MARK_READ, { roomId, upTo: sequence });
      return () => ask(call('markRoomUnread', `roomId: "${roomId}", fromSequence: ${sequence}`));
    },
  ],
  markAllRoomsRead: [
    'RoomStateChanged',
    async () => {
      await said();
      return () => ask(call('markAllRoomsRead', ''));
    },
  ],
  markThreadRead: [
    'RoomStateChanged',
    async () => {
      const { threadId } = await thread();
      return () => ask(call('markThreadRead', `threadId: "${threadId}", upToSequence: 1`));
    },
  ],
  setThreadFollowing: [
    'RoomStateChanged',
    async () => {
      const { threadId } = await thread();
      return () => ask(call('setThreadFollowing', `threadId: "${threadId}", on: false`));
    },
  ],
  sendMessage: [
    'RoomStateChanged',
    async () => {
      const { roomId } = await said();
      return () => chat.send('ada', roomId, 'Yes');
    },
  ],
  forwardMessage: [
    'RoomStateChanged',
    async () => {
      const { roomId, id } = await said();
      return () => ask(FORWARD, { id, roomId, key: randomUUID() });
    },
  ],
  deleteMessage: [
    'RoomStateChanged',
    async () => {
      const { id } = await said();
      // It names her no longer.
      return () => ask(DELETE, { id }, 'bo');
    },
  ],
  editMessage: [
    'RoomStateChanged',
    async () => {
      const { id } = await said();
      return () => ask(EDIT, { input: { messageId: id, text: 'Never mind' } }, 'bo');
    },
  ],
  appendToMessage: [
    'RoomStateChanged',
    async () => {
      const { id } = await chat.send('bo', await room('bo'), 'Dear', { final: false });
      const more = 'expectedRevision: 1, text: " @ada", final: true';
      return () => ask(call('appendToMessage', `input: { messageId: "${id}", ${more} }`), {}, 'bo');
    },
  ],
  setMessageSaved: [
    'SavedMessageChanged',
    async () => {
      const { id } = await said();
      return () => ask(SAVE, { id, on: true });
    },
  ],
  setReminder: [
    'ReminderChanged',
    async () => {
      const { id } = await said();
      return () => ask(call('setReminder', `messageId: "${id}", remindAt: ${quoted(60 * MINUTE)}`));
    },
  ],
  scheduleMessage: [
    'ScheduledMessageChanged',
    async () => {
      const id = await room();
      return () => schedule(id);
    },
  ],
  updateScheduledMessage: [
    'ScheduledMessageChanged',
    async () => {
      const id = await schedule(await room());
      return () => ask(call('updateScheduledMessage', `scheduledMessageId: "${id}", text: "else"`));
    },
  ],
  cancelScheduledMessage: [
    'ScheduledMessageChanged',
    async () => {
      const id = await schedule(await room());
      return () => ask(call('cancelScheduledMessage', `scheduledMessageId: "${id}"`));
    },
  ],
  setBlocked: [
    'BlockChanged',
    async () => () => ask(call('setBlocked', `userId: "${userIdOf('eve')}", on: true`)),
  ],
  setPresence: [
    'ViewerPresenceChanged',
    async () => () => ask(call('setPresence', 'input: { sendTyping: false }')),
  ],
  reportMessage: [
    'ReportChanged',
    async () => {
      const { id } = await said();
      return () => ask(call('reportMessage', `messageId: "${id}", reason: SPAM`));
    },
  ],
  decideReport: [
    'ReportChanged',
    async () => {
      const id = await reported();
      return () => decide(id, 'AUTHOR_WARNED');
    },
  ],
  appealReport: [
    'ReportChanged',
    async () => {
      const id = await reported();
      await decide(id, 'AUTHOR_WARNED');
      return () => ask(call('appealReport', `reportId: "${id}", text: "It was a joke"`));
    },
  ],
  removeParticipant: [
    'RoomRemoved',
    async () => {
      const id = await askedIn();
      return () => ask(REMOVE, { roomId: id, userId: userIdOf('ada') }, 'gil');
    },
  ],
  banFromRoom: [
    'RoomRemoved',
    async () => {
      const id = await askedIn();
      return () => ask(BAN, { roomId: id, userId: userIdOf('ada') }, 'gil');
    },
  ],
};

/** Mutations that change nothing of what somebody keeps for themselves, and why. */
const NOTHING_OWN: Record<string, [why: string, change: Change]> = {
  updateRoom: [
    'the room is everybody’s, who are told by its stream',
    async () => {
      const id = await room('bo');
      return () => ask(UPDATE, { input: { id, topic: 'Tea' } });
    },
  ],
  setSupportResolved: [
    'so is how far what was asked for is',
    async () => {
      const id = await supported();
      return () => ask(call('setSupportResolved', `roomId: "${id}", on: true`));
    },
  ],
  unbanFromRoom: [
    'who is let in again is not in yet',
    async () => {
      const roomId = await room('bo');
      const { ban } = (await ask(BAN, { roomId, userId: userIdOf('bo') })).banFromRoom;
      return () => ask(call('unbanFromRoom', `roomBanId: "${ban.id}"`));
    },
  ],
  setReaction: [
    'reactions are everybody’s',
    async () => {
      const { id } = await said();
      return () => ask(REACT, { id, emoji: '👍', on: true });
    },
  ],
  setPinned: [
    'pins are everybody’s, and what the room tells of them is not unread',
    async () => {
      const { id } = await said();
      return () => ask(PIN, { id, on: true }, 'bo');
    },
  ],
  markRoomDelivered: [
    'it is what others are told of her devices, who have it',
    async () => {
      const { roomId, sequence } = await said();
      return () => ask(call('markRoomDelivered', `roomId: "${roomId}", upToSequence: ${sequence}`));
    },
  ],
  setTyping: [
    'it is over in seconds',
    async () => {
      const id = await room('bo');
      return () => ask(call('setTyping', `roomId: "${id}", on: true`));
    },
  ],
  reportActivity: [
    'it is what each device says of itself',
    async () => () => ask(call('reportActivity', 'active: true')),
  ],
};

/** Whether it changes something that ada keeps, once what is told of it has come. */
async function changesOwn(change: Change, by: string | null): Promise<boolean> {
  const act = await change();
  const before = await own();
  const seen = told().length;
  await act();
  if (by !== null) await until(() => told().slice(seen).includes(by), { describe: () => by });
  return !isDeepStrictEqual(await own(), before);
}

test.each(Object.entries(TOLD))(
  "the viewer's other devices receive the change of %s",
  async (_, [by, change]) => {
    expect(await changesOwn(change, by)).toBe(true);
  },
);

test.each(Object.entries(NOTHING_OWN))(
  '%s changes nothing of the viewer’s own',
  async (_, [, change]) => {
    expect(await changesOwn(change, null)).toBe(false);
  },
);

test('every mutation is among them', () => {
  const fields = chat.subgraph.schema.getMutationType()?.getFields() ?? {};
  expect([...Object.keys(TOLD), ...Object.keys(NOTHING_OWN)].sort()).toEqual(
    Object.keys(fields).sort(),
  );
});

/** The newest of a kind, with what it shows. */
const SHOWN = `subscription { inboxEvents { __typename
  ... on SavedMessageChanged { messageId message { savedAt } }
  ... on ReminderChanged { reminderId reminder { doneAt message { id } } }
  ... on ScheduledMessageChanged { scheduled { id status failure } }
  ... on BlockChanged { userId block { id } }
  ... on ReportChanged { reportId report { outcome } }
  ... on ViewerPresenceChanged { viewer { presence { invisible } } } } }`;

async function shown(who: string) {
  const stream = await chat.subscribe(SHOWN, {}, as(who));
  await stream.atLeast(1);
  return {
    [Symbol.asyncDispose]: () => stream.stop(),
    all: () => stream.items.map(({ data }) => data.inboxEvents),
    find: async (wanted: object) => {
      const isIt = ({ data }: { data: { inboxEvents: Record<string, unknown> } }) =>
        Object.entries(wanted).every(([key, value]) =>
          isDeepStrictEqual(data.inboxEvents[key], value),
        );
      await stream.find(isIt as never);
    },
  };
}

test('its current state is sent, also if the worker changed it or it no longer exists', async () => {
  await using device = await shown('ada');
  const { roomId, id } = await said();
  const saved = { __typename: 'SavedMessageChanged', messageId: id };
  await ask(SAVE, { id, on: true });
  await ask(SAVE, { id, on: false });
  await device.find({ ...saved, message: { savedAt: null } });
  const closed = await room('bo');
  const [sent, refused] = [await schedule(roomId), await schedule(closed)];
  const scheduled = (of: string, status: string, failure: string | null) => ({
    ...{ __typename: 'ScheduledMessageChanged', scheduled: { id: of, status, failure } },
  });
  await ask(ARCHIVE, { id: closed });
  await ask(call('setBlocked', `userId: "${userIdOf('eve')}", on: false`));
  await device.find({ __typename: 'BlockChanged', userId: userIdOf('eve'), block: null });
  now = new Date(now.getTime() + 2 * MINUTE);
  await device.find(scheduled(sent, 'SENT', null));
  await device.find(scheduled(refused, 'FAILED', 'ROOM_ARCHIVED'));
});

test('a reminder of a message that its owner may no longer read ends without its text, and can be removed', async () => {
  await using device = await shown('ada');
  const [first, second] = [await said(), await said()];
  const remind = async (id: string) => {
    const at = `messageId: "${id}", remindAt: ${quoted(5 * MINUTE)}`;
    return (await ask(call('setReminder', at, 'reminder { id }'))).setReminder.reminder.id;
  };
  const takenAway = await remind(first.id);
  const due = await remind(second.id);
  await ask(SAVE, { id: first.id, on: true });
  for (const { roomId } of [first, second]) await ask(LEAVE, { id: roomId });
  const listed = async () =>
    (await own()).reminders.edges
      .map(({ node }: { node: { id: string } }) => node.id)
      .filter((id: string) => [takenAway, due].includes(id));
  expect(await listed()).toHaveLength(2);
  const saved = await ask(SAVE, { id: first.id, on: false });
  expect(saved.setMessageSaved.message).toBeNull();
  await device.find({ __typename: 'SavedMessageChanged', messageId: first.id, message: null });
  const takeAway = call('setReminder', `messageId: "${first.id}"`);
  await ask(takeAway);
  const changed = { __typename: 'ReminderChanged' };
  await device.find({ ...changed, reminderId: takenAway, reminder: null });
  expect(await listed()).toEqual([due]);
  // What is theirs no more is not there.
  for (const again of [() => ask(SAVE, { id: first.id, on: false }), () => ask(takeAway)]) {
    expect(String(await again().catch(String))).toContain('MESSAGE_NOT_FOUND');
  }
  now = new Date(now.getTime() + 6 * MINUTE);
  const over = await until(() =>
    device.all().find(({ reminderId, reminder }) => reminderId === due && reminder?.doneAt),
  );
  expect(over.reminder.message).toBeNull();
  expect(device.all().map(({ __typename }) => __typename)).not.toContain('ReminderDue');
  expect(await listed()).toEqual([]);
});

test('a change that changes nothing is sent to nobody', async () => {
  await using device = await shown('ada');
  const { id } = await said();
  const at = quoted(30 * MINUTE);
  const again: (() => Promise<unknown>)[] = [
    () => ask(SAVE, { id, on: true }),
    () => ask(call('setReminder', `messageId: "${id}", remindAt: ${at}, note: "Tea"`)),
    () => ask(call('setPresence', 'input: { sendReadReceipts: false }')),
    () => ask(call('reportMessage', `messageId: "${id}", reason: SPAM`)),
  ];
  const kinds = () =>
    device
      .all()
      .flatMap(({ __typename }) =>
        /Changed$/.test(__typename) && __typename !== 'RoomStateChanged' ? [__typename] : [],
      );
  for (const act of again) for (let times = 0; times < 3; times += 1) await act();
  // Told last, it comes last.
  await ask(call('setBlocked', `userId: "${userIdOf('cy')}", on: true`));
  await device.find({ __typename: 'BlockChanged', userId: userIdOf('cy') });
  await ask(call('setBlocked', `userId: "${userIdOf('cy')}", on: false`));
  expect(kinds().slice(0, 5)).toEqual([
    ...['SavedMessageChanged', 'ReminderChanged', 'ViewerPresenceChanged', 'ReportChanged'],
    'BlockChanged',
  ]);
});

test('a decided report is sent to the reporter and to the person it is against, a dismissed one only to the reporter', async () => {
  await using reporter = await shown('cy');
  await using author = await shown('ada');
  const [warned, dismissed] = [await reported(), await reported()];
  await decide(dismissed, 'DISMISSED');
  await decide(warned, 'AUTHOR_WARNED');
  const of = (reportId: string, outcome: string | null) => ({
    ...{ __typename: 'ReportChanged', reportId, report: { outcome } },
  });
  await reporter.find(of(dismissed, 'DISMISSED'));
  await reporter.find(of(warned, 'AUTHOR_WARNED'));
  await author.find(of(warned, 'AUTHOR_WARNED'));
  const heard = author.all().filter(({ __typename }) => __typename === 'ReportChanged');
  expect(heard.map(({ reportId }) => reportId)).toEqual([warned]);
});
