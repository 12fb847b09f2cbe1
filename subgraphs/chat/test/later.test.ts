import { randomUUID } from 'node:crypto';
import { newId, type Viewer } from '@souk/runtime/domain';
import { pruneRows } from '@souk/runtime/persistence';
import { as, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { retention } from '../src/persistence/retention.ts';
import {
  ARCHIVE,
  codesOf,
  DELETE,
  EDIT,
  FAILURES,
  failuresOf,
  JOIN,
  REMOVE,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

// The worker of the tests sends what is due; the clock stands still unless a test moves it.
let now = new Date();
const pass = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ clock: () => now });
});
afterAll(() => chat[Symbol.asyncDispose]());

const ERRORS = 'errors { __typename ... on UserError { code path } }';
const SCHEDULED = 'id text sendAt status failure message { id text } room { id }';
const SCHEDULE = `mutation ($input: ScheduleMessageInput!) {
  scheduleMessage(input: $input) { scheduled { ${SCHEDULED} } replayed ${ERRORS} } }`;
const CHANGE = `mutation ($id: ID!, $text: String, $sendAt: DateTime) {
  updateScheduledMessage(scheduledMessageId: $id, text: $text, sendAt: $sendAt) { scheduled { ${SCHEDULED} } ${ERRORS} } }`;
const CANCEL = `mutation ($id: ID!) { cancelScheduledMessage(scheduledMessageId: $id) { scheduled { ${SCHEDULED} } ${ERRORS} } }`;
const FIND = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ScheduledMessage { ${SCHEDULED} }
  ... on Reminder { id doneAt } } }`;
const find = async (id: string, who: string, __typename = 'ScheduledMessage') =>
  (await chat.ask(FIND, { of: [{ __typename, id }] }, who))._entities[0];
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();
const room = () =>
  chat.createRoom('ada', { kind: 'PRIVATE', name: 'Later', participantIds: [userIdOf('bo')] });
const schedule = (roomId: string, more: object = {}) =>
  chat.execute(
    SCHEDULE,
    {
      input: {
        roomId,
        clientMessageId: randomUUID(),
        text: 'later',
        sendAt: inMinutes(5),
        ...more,
      },
    },
    as('ada'),
  );
const scheduled = async (roomId: string, more: object = {}): Promise<string> =>
  (await schedule(roomId, more)).data.scheduleMessage.scheduled.id;
const settled = (id: string, who = 'ada') =>
  until(async () => {
    const one = await find(id, who);
    return one.status === 'SCHEDULED' ? null : one;
  });
const textsIn = async (roomId: string): Promise<string[]> => {
  const TEXTS = 'query ($id: ID!) { room(id: $id) { messages { edges { node { text } } } } }';
  const { edges } = (await chat.ask(TEXTS, { id: roomId }, 'ada')).room.messages;
  return edges.map(({ node }: { node: { text: string } }) => node.text);
};

test('a scheduled message is sent once when its time comes, in its author’s name', async () => {
  const roomId = await room();
  const clientMessageId = randomUUID();
  const id = await scheduled(roomId, { clientMessageId });
  const again = (await schedule(roomId, { clientMessageId })).data.scheduleMessage;
  expect(again).toMatchObject({ replayed: true, scheduled: { id, status: 'SCHEDULED' } });
  expect(await find(id, 'bo')).toBeNull();
  await chat.ask(CHANGE, { id, text: 'much later', sendAt: inMinutes(10) }, 'ada');
  // What was first asked for tells a repetition, and what is something else, whatever it was changed to.
  const repeated = (await schedule(roomId, { clientMessageId })).data.scheduleMessage;
  expect(repeated).toMatchObject({ replayed: true, scheduled: { id, text: 'much later' } });
  for (const other of [{ text: 'else' }, { sendAt: inMinutes(10) }]) {
    expect(codesOf(await schedule(roomId, { clientMessageId, ...other }))).toEqual([
      'CLIENT_MESSAGE_ID_REUSED',
    ]);
  }
  pass(6 * 60_000);
  const other = await scheduled(roomId, { text: 'first', sendAt: inMinutes(1) });
  pass(2 * 60_000);
  await settled(other);
  expect(await textsIn(roomId)).toEqual(['first']);
  pass(5 * 60_000);
  expect(await settled(id)).toMatchObject({ status: 'SENT', message: { text: 'much later' } });
  expect(await textsIn(roomId)).toEqual(['first', 'much later']);
  for (const query of [CANCEL, CHANGE]) {
    expect(codesOf(await chat.execute(query, { id, text: 'x' }, as('ada')))).toEqual([
      'SCHEDULED_MESSAGE_GONE',
    ]);
  }
});

test('a cancelled message is not sent, and one that can no longer be sent tells why', async () => {
  const [open, closed] = [await room(), await room()];
  const [cancelled, refused] = [await scheduled(open), await scheduled(closed)];
  await chat.ask(CANCEL, { id: cancelled }, 'ada');
  await chat.ask(ARCHIVE, { id: closed }, 'ada');
  expect(codesOf(await chat.execute(CANCEL, { id: refused }, as('bo')))).toEqual([
    'SCHEDULED_MESSAGE_NOT_FOUND',
  ]);
  pass(6 * 60_000);
  expect(await settled(refused)).toMatchObject({ status: 'FAILED', failure: 'ROOM_ARCHIVED' });
  expect(await find(cancelled, 'ada')).toMatchObject({ status: 'CANCELLED', message: null });
  expect(await textsIn(open)).toEqual([]);
});

test('a scheduled message’s text is deleted once it was sent or cancelled, and its row after a month', async () => {
  const [open, closed] = [await room(), await room()];
  const [sent, cancelled, refused, waits] = [
    await scheduled(open, { text: 'a secret that is said' }),
    await scheduled(open, { text: 'a secret that is not' }),
    await scheduled(closed, { text: 'to be sent by hand' }),
    await scheduled(open, { text: 'to come', sendAt: inMinutes(90) }),
  ];
  expect((await chat.ask(CANCEL, { id: cancelled }, 'ada')).cancelScheduledMessage).toMatchObject({
    ...{ scheduled: { status: 'CANCELLED', text: '' }, errors: [] },
  });
  await chat.ask(ARCHIVE, { id: closed }, 'ada');
  pass(6 * 60_000);
  const { message } = await settled(sent);
  await settled(refused);
  const kept = async () => {
    const KEPT = 'SELECT id, text FROM scheduled_message WHERE id = ANY ($1)';
    const rows = await sql<{ id: string; text: string }>(chat, KEPT, [
      [sent, cancelled, refused, waits],
    ]);
    return Object.fromEntries(rows.map(({ id, text }) => [id, text]));
  };
  const texts = {
    [sent]: '',
    [cancelled]: '',
    [refused]: 'to be sent by hand',
    [waits]: 'to come',
  };
  expect(await kept()).toEqual(texts);
  await chat.ask(DELETE, { id: message.id }, 'ada');
  const HOLDING = `SELECT count(*)::int AS count FROM scheduled_message WHERE text LIKE '%secret%'`;
  expect(await sql(chat, HOLDING)).toEqual([{ count: 0 }]);

  const age = (days: number) =>
    sql(
      chat,
      `UPDATE scheduled_message SET settled_at = now() - make_interval(days => $1)
      WHERE settled_at IS NOT NULL`,
      [days],
    );
  const db = createClient(chat.databaseUrl);
  try {
    await age(29);
    for (const rule of retention) await pruneRows(db, rule);
    expect(await kept()).toEqual(texts);
    await age(31);
    for (const rule of retention) await pruneRows(db, rule);
    expect(await kept()).toEqual({ [waits]: 'to come' });
  } finally {
    await db.$disconnect();
  }
});

test('an account can schedule only the allowed number of messages an hour, cancelled or not', async () => {
  const roomId = await room();
  const USED = `SELECT used FROM quota_use WHERE rule = 'scheduled' AND user_id = $1`;
  const [before] = await sql<{ used: number }>(chat, USED, [userIdOf('ada')]);
  const left = 300 - (before?.used ?? 0);
  await sql(chat, `UPDATE quota_use SET used = 300 WHERE rule = 'scheduled' AND user_id = $1`, [
    userIdOf('ada'),
  ]);
  expect(left).toBeGreaterThan(0);
  expect(codesOf(await schedule(roomId))).toEqual(['RATE_LIMITED']);
  pass(61 * 60_000);
  expect(codesOf(await schedule(roomId))).toEqual([]);
});

test('a scheduled message of a suspended author is not sent', async () => {
  const roomId = await room();
  const [during, after] = [
    await scheduled(roomId),
    await scheduled(roomId, { sendAt: inMinutes(60) }),
  ];
  const suspended = { userId: userIdOf('ada'), reason: 'Spam.', suspendedById: userIdOf('eve') };
  // The news that it was lifted comes before that of a suspension which was earlier.
  const deliver = async (
    type: 'users.UserSuspended' | 'users.UserUnsuspended',
    payload: object,
    sequence: number,
  ) => {
    await chat.deliver(type, payload as never, { sequence });
    const KNOWN = 'SELECT 1 FROM suspended_user WHERE sequence >= $1';
    await until(async () => (await sql(chat, KNOWN, [sequence])).length > 0);
  };
  await deliver('users.UserSuspended', { ...suspended, until: inMinutes(30) }, 11);
  pass(6 * 60_000);
  expect(await settled(during)).toMatchObject({ status: 'FAILED', failure: 'ACCOUNT_SUSPENDED' });
  pass(55 * 60_000);
  expect(await settled(after)).toMatchObject({ status: 'SENT' });
  await deliver(
    'users.UserUnsuspended',
    { userId: userIdOf('ada'), unsuspendedById: userIdOf('eve') },
    13,
  );
  await deliver('users.UserSuspended', { ...suspended, until: null }, 12);
  const lifted = await scheduled(roomId);
  pass(6 * 60_000);
  expect(await settled(lifted)).toMatchObject({ status: 'SENT' });
});

test('scheduled messages of staff have staff rights until their author leaves the staff', async () => {
  const staff: Viewer = { ...as('eve'), roles: ['MODERATOR'] };
  const OPEN = `mutation ($id: ID!) { openDiscussion(entityId: $id) { room { id } ${FAILURES} } }`;
  const { openDiscussion } = await chat.ask(OPEN, { id: newId('prd') }, staff);
  const roomId: string = openDiscussion.room.id;
  await chat.ask(JOIN, { id: roomId }, 'bo');
  const forOthers = { id: roomId, readOnly: true, slowModeSeconds: 3_600 };
  await chat.ask(UPDATE, { input: forOthers }, staff);
  const later = async (minutes: number, text: string, who: Viewer) => {
    const input = { roomId, clientMessageId: randomUUID(), text, sendAt: inMinutes(minutes) };
    return (await chat.ask(SCHEDULE, { input }, who)).scheduleMessage.scheduled.id as string;
  };
  const [notice, another, byBo, tomorrow] = [
    await later(1, 'Read this, @everyone', staff),
    await later(2, 'And this', staff),
    await later(1, 'May I?', as('bo')),
    await later(60, 'Too late', staff),
  ];
  pass(3 * 60_000);
  // Neither that only staff speak there nor that the others speak slowly holds them up.
  for (const id of [notice, another]) {
    expect(await settled(id, 'eve')).toMatchObject({ status: 'SENT' });
  }
  expect(await settled(byBo, 'bo')).toMatchObject({ status: 'FAILED', failure: 'ROOM_READ_ONLY' });
  const SAID = `query ($id: ID!) { room(id: $id) { messages(last: 5) { edges { node {
    text mentions { __typename } } } } } }`;
  const { edges } = (await chat.ask(SAID, { id: roomId }, 'bo')).room.messages;
  const called = edges.filter(({ node }: { node: { mentions: [] } }) => node.mentions.length > 0);
  expect(called).toMatchObject([{ node: { text: 'Read this, @everyone' } }]);

  await chat.deliver('users.RolesChanged', { userId: userIdOf('eve'), roles: ['CUSTOMER'] });
  const FORMER = 'SELECT 1 FROM scheduled_message WHERE id = $1 AND NOT as_staff';
  await until(async () => (await sql(chat, FORMER, [tomorrow])).length > 0);
  pass(60 * 60_000);
  expect(await settled(tomorrow, 'eve')).toMatchObject({
    ...{ status: 'FAILED', failure: 'ROOM_READ_ONLY' },
  });
});

test('unfinished messages of staff are finished with staff rights until their author leaves the staff', async () => {
  const [eve, cy] = ['eve', 'cy'].map((name): Viewer => ({ ...as(name), roles: ['MODERATOR'] }));
  const OPEN = `mutation ($id: ID!) { openDiscussion(entityId: $id) { room { id } ${FAILURES} } }`;
  const SAY = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } ${FAILURES} } }`;
  const entity = { id: newId('prd') };
  const { openDiscussion } = await chat.ask(OPEN, entity, eve);
  const roomId: string = openDiscussion.room.id;
  for (const who of [as('ada'), cy]) await chat.ask(OPEN, entity, who);
  const { id: root } = await chat.send('ada', roomId, 'What now?');
  const begin = async (who: Viewer | undefined, more = {}) => {
    const input = {
      ...{ roomId, clientMessageId: randomUUID(), text: 'Wait, @everyone', final: false },
      ...more,
    };
    return (await chat.ask(SAY, { input }, who)).sendMessage.message.id as string;
  };
  const unfinished = {
    ofStaff: await begin(eve),
    ofStaffInThread: await begin(eve, { threadOfId: root }),
    ofFormerStaff: await begin(cy),
    ofSomebody: await begin(as('ada')),
  };
  await chat.deliver('users.RolesChanged', { userId: userIdOf('cy'), roles: ['CUSTOMER'] });
  const OF_STAFF = 'SELECT id FROM message WHERE room_id = $1 AND grows_as_staff ORDER BY id';
  await until(async () => (await sql(chat, OF_STAFF, [roomId])).length === 2);
  pass(11 * 60_000);
  const CALLS = `query ($id: ID!) { message(id: $id) { mentions { __typename } } }`;
  const called: Record<string, number> = {};
  for (const [whose, id] of Object.entries(unfinished)) {
    const DONE = 'SELECT 1 FROM message WHERE id = $1 AND growing_until IS NULL';
    await until(async () => (await sql(chat, DONE, [id])).length > 0);
    called[whose] = (await chat.ask(CALLS, { id }, 'ada')).message.mentions.length;
  }
  expect(called).toEqual({ ofStaff: 1, ofStaffInThread: 1, ofFormerStaff: 0, ofSomebody: 0 });
});

test('a message that waits for its retry can be cancelled, and delays no other message', async () => {
  const slow = await room();
  const roomId = await room();
  await chat.ask(UPDATE, { input: { id: slow, slowModeSeconds: 3_600 } }, 'ada');
  const byBo = async () => {
    const input = { roomId: slow, clientMessageId: randomUUID(), text: 'slowly' };
    const asked = { input: { ...input, sendAt: inMinutes(1) } };
    return (await chat.ask(SCHEDULE, asked, 'bo')).scheduleMessage.scheduled.id as string;
  };
  const ids = [await byBo(), await byBo(), await byBo()];
  pass(2 * 60_000);
  const WAITS = `SELECT id, claimed_until, postponed_until FROM scheduled_message
    WHERE id = ANY ($1) AND status = 'SCHEDULED' AND postponed_until IS NOT NULL`;
  const waiting = await until(async () => {
    const rows = await sql<{ id: string; claimed_until: Date | null; postponed_until: Date }>(
      chat,
      WAITS,
      [ids],
    );
    return rows.length === 2 ? rows : null;
  });
  // Until it may be said, not again and again: whatever is due comes before it.
  for (const { claimed_until, postponed_until } of waiting) {
    expect(claimed_until).toBeNull();
    expect(postponed_until).toEqual(new Date(now.getTime() + 3_600_000));
  }
  const other = await scheduled(roomId, { sendAt: inMinutes(1) });
  pass(2 * 60_000);
  expect(await settled(other)).toMatchObject({ status: 'SENT' });
  const [first, second] = waiting.map(({ id }) => id);
  const { cancelScheduledMessage } = await chat.ask(CANCEL, { id: first }, 'bo');
  expect(cancelScheduledMessage.scheduled).toMatchObject({ status: 'CANCELLED' });
  pass(3_600_000);
  await until(async () => (await find(second ?? '', 'bo')).status === 'SENT');
  expect((await textsIn(slow)).filter(Boolean)).toEqual(['slowly', 'slowly']);
});

test('one that cannot be sent for a fault of ours keeps none of the others back', async () => {
  const roomId = await room();
  await sql(chat, `ALTER TABLE message ADD CONSTRAINT no_evil CHECK (text <> 'evil')`);
  const evil = await scheduled(roomId, { text: 'evil' });
  const good = await scheduled(roomId, { text: 'good', sendAt: inMinutes(5.1) });
  pass(6 * 60_000);
  expect(await settled(good)).toMatchObject({ status: 'SENT' });
  expect(await find(evil, 'ada')).toMatchObject({ status: 'SCHEDULED' });
  pass(62 * 60_000);
  expect(await settled(evil)).toMatchObject({ status: 'FAILED', failure: 'INTERNAL_SERVER_ERROR' });
});

test('its time lies ahead, and not too far', async () => {
  const roomId = await room();
  for (const sendAt of [inMinutes(-1), inMinutes(367 * 24 * 60)]) {
    expect(failuresOf(await schedule(roomId, { sendAt }))).toMatchObject([
      { path: ['input', 'sendAt'] },
    ]);
  }
});

test("a reminder arrives once on all devices of its owner, and nobody else's", async () => {
  const roomId = await room();
  const { id: messageId } = await chat.send('bo', roomId, 'pay me back');
  const SET = `mutation ($id: ID!, $at: DateTime) { setReminder(messageId: $id, remindAt: $at, note: "Money") {
    reminder { id note remindAt doneAt } ${ERRORS} } }`;
  const { setReminder } = await chat.ask(SET, { id: messageId, at: inMinutes(3) }, 'ada');
  const { id } = setReminder.reminder;
  const INBOX = `subscription { inboxEvents { __typename
    ... on ReminderDue { reminder { id note message { text } } } } }`;
  await using mine = await chat.subscribe(INBOX, {}, as('ada'));
  await using others = await chat.subscribe(INBOX, {}, as('bo'));
  await Promise.all([mine.atLeast(1), others.atLeast(1)]);
  const { id: gone } = await chat.send('bo', roomId, 'never mind');
  await chat.ask(SET, { id: gone, at: inMinutes(3) }, 'ada');
  await chat.ask(SET, { id: gone, at: null }, 'ada');
  pass(4 * 60_000);
  const due = await mine.find(({ data }) => data.inboxEvents.__typename === 'ReminderDue');
  expect(due.data.inboxEvents.reminder).toEqual({
    ...{ id, note: 'Money' },
    message: { text: 'pay me back' },
  });
  const ofReminder = `SELECT payload FROM event_record WHERE type = 'chat.ReminderDue'`;
  expect((await sql(chat, ofReminder)).map(({ payload }) => payload)).toMatchObject([
    { messageId, note: 'Money', excerpt: 'pay me back' },
  ]);
  expect((await find(id, 'ada', 'Reminder')).doneAt).not.toBeNull();
  expect(await find(id, 'bo', 'Reminder')).toBeNull();
  const kinds = (items: typeof mine.items) => items.map(({ data }) => data.inboxEvents.__typename);
  expect(kinds(mine.items).filter((kind) => kind === 'ReminderDue')).toHaveLength(1);
  expect(kinds(others.items)).not.toContain('ReminderDue');
});

test('somebody who may no longer read a message is not reminded of it', async () => {
  const roomId = await room();
  const { id: messageId } = await chat.send('ada', roomId, 'nothing yet');
  const SET = `mutation ($id: ID!, $at: DateTime) { setReminder(messageId: $id, remindAt: $at) { reminder { id } ${ERRORS} } }`;
  for (const who of ['ada', 'bo']) await chat.ask(SET, { id: messageId, at: inMinutes(3) }, who);
  await chat.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
  await chat.ask(EDIT, { input: { messageId, text: 'the code is 1234' } }, 'ada');
  pass(4 * 60_000);
  const OF = `SELECT payload->>'userId' AS who FROM event_record
    WHERE type = 'chat.ReminderDue' AND payload->>'messageId' = $1`;
  await until(async () => (await sql(chat, OF, [messageId])).length > 0);
  expect(await sql(chat, OF, [messageId])).toEqual([{ who: userIdOf('ada') }]);
});
