import { randomUUID } from 'node:crypto';
import { newId, type Viewer } from '@souk/runtime/domain';
import { as, sql, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { erasure } from '../src/persistence/erasure.ts';
import {
  ADD,
  CREATE_ROOM,
  codesOf,
  EDIT,
  failuresOf,
  JOIN,
  OPEN_DIRECT,
  REACT,
  SEND,
  startChat,
  type TestChat,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const ERRORS = 'errors { __typename ... on UserError { code path } }';
const REPORT_FIELDS = `id status outcome text note decisionNote appeal reporter { id } author { id } decidedBy { id } viewerCan`;
const REPORT = `mutation ($id: ID!, $note: String) {
  reportMessage(messageId: $id, reason: FRAUD, note: $note) { report { ${REPORT_FIELDS} } ${ERRORS} } }`;
const DECIDE = `mutation ($id: ID!, $outcome: ReportOutcome!, $note: String) {
  decideReport(reportId: $id, outcome: $outcome, note: $note) { report { ${REPORT_FIELDS} } ${ERRORS} } }`;
const APPEAL = `mutation ($id: ID!, $text: String!) {
  appealReport(reportId: $id, text: $text) { report { ${REPORT_FIELDS} } ${ERRORS} } }`;
const FIND = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Report { ${REPORT_FIELDS} } } }`;
const find = async (
  id: string,
  who: Parameters<typeof as>[0] | null,
  roles: 'MODERATOR'[] = [],
) => {
  const viewer = who === null ? null : { ...as(who), ...(roles.length ? { roles } : {}) };
  const of = [{ __typename: 'Report', id }];
  return (await chat.ask(FIND, { of }, viewer))._entities[0];
};
const QUEUE = `query ($id: ID!) { room(id: $id) { reports(status: OPEN) { totalCount edges { node { id } } } } }`;

const STAFF: Viewer = { ...as('eve'), roles: ['MODERATOR'] };

/** A public room of ada in which bo said something that cy reported. */
async function reported() {
  const roomId = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Square' });
  for (const who of ['bo', 'cy']) await chat.ask(JOIN, { id: roomId }, who);
  const { id: messageId } = await chat.send('bo', roomId, 'Send me your savings');
  const { reportMessage } = await chat.ask(REPORT, { id: messageId, note: 'Again' }, 'cy');
  return { roomId, messageId, id: reportMessage.report.id };
}

/** What the newest event of a kind carries. */
const newest = async (type: string) =>
  (
    await sql<{ payload: object }>(
      chat,
      'SELECT payload FROM event_record WHERE type = $1 ORDER BY occurred_at DESC, sequence DESC LIMIT 1',
      [type],
    )
  )[0]?.payload;

test('people who may decide are notified of a report, but not its reporter or the reported author', async () => {
  const { roomId, messageId, id: reportId } = await reported();
  const about = { reportId, roomId, messageId, reporterId: userIdOf('cy') };
  expect(await newest('chat.ReportFiled')).toEqual({
    ...{ ...about, recipientIds: [userIdOf('ada')], forStaff: false },
  });
  const own = await chat.send('ada', roomId, 'My word is law');
  await chat.ask(REPORT, { id: own.id }, 'cy');
  expect(await newest('chat.ReportFiled')).toMatchObject({
    ...{ messageId: own.id, recipientIds: [], forStaff: true },
  });
});

test('the other moderators learn once that a report was decided, but not of an appeal', async () => {
  const { roomId, id } = await reported();
  const decisions = async () =>
    (
      await sql(
        chat,
        `SELECT payload FROM event_record WHERE type = 'chat.ReportDecided' AND stream = $1`,
        [`room:${roomId}`],
      )
    ).map(({ payload }) => payload);
  // By staff, who are not in the room.
  await chat.ask(DECIDE, { id, outcome: 'AUTHOR_WARNED' }, STAFF);
  const told = [{ reportId: id, roomId, recipientIds: [userIdOf('ada')] }];
  expect(await decisions()).toEqual(told);
  await chat.ask(APPEAL, { id, text: 'It was a joke' }, 'bo');
  await chat.ask(DECIDE, { id, outcome: 'DISMISSED' }, 'ada');
  expect(await decisions()).toEqual(told);
});

test('a report is visible to those who decide it and to its reporter, once for each of them', async () => {
  const { roomId, messageId, id } = await reported();
  expect((await chat.ask(REPORT, { id: messageId }, 'cy')).reportMessage.report.id).toBe(id);
  expect((await chat.ask(QUEUE, { id: roomId }, 'ada')).room.reports).toEqual({
    totalCount: 1,
    edges: [{ node: { id } }],
  });
  for (const who of ['bo', 'cy']) {
    expect((await chat.ask(QUEUE, { id: roomId }, who)).room.reports).toBeNull();
  }
  const seen = { status: 'OPEN', text: 'Send me your savings', author: { id: userIdOf('bo') } };
  expect(await find(id, 'ada')).toMatchObject({
    ...seen,
    ...{ note: 'Again', reporter: { id: userIdOf('cy') }, viewerCan: ['DECIDE'] },
  });
  expect(await find(id, 'cy')).toMatchObject({ ...seen, viewerCan: [] });
  for (const who of ['bo', 'eve', null]) expect(await find(id, who)).toBeNull();
  expect(await find(id, 'eve', ['MODERATOR'])).toMatchObject({ viewerCan: ['DECIDE'] });
});

test('nobody can report their own message', async () => {
  const { messageId, roomId } = await reported();
  const own = await chat.execute(REPORT, { id: messageId, note: null }, as('bo'));
  expect(failuresOf(own)).toMatchObject([{ code: 'MESSAGE_OWN', path: ['messageId'] }]);
  const CAN = 'query ($id: ID!) { message(id: $id) { viewerCan } }';
  expect((await chat.ask(CAN, { id: messageId }, 'bo')).message.viewerCan).not.toContain('REPORT');
  expect((await chat.ask(CAN, { id: messageId }, 'cy')).message.viewerCan).toContain('REPORT');
  expect((await chat.ask(QUEUE, { id: roomId }, 'ada')).room.reports.totalCount).toBe(1);
});

test('moderators and staff find no report about their own messages', async () => {
  const { roomId, id } = await reported();
  const { id: messageId } = await chat.send('ada', roomId, 'Buy now');
  const { reportMessage } = await chat.ask(REPORT, { id: messageId }, 'bo');
  const others = { totalCount: 1, edges: [{ node: { id } }] };
  expect((await chat.ask(QUEUE, { id: roomId }, 'ada')).room.reports).toEqual(others);
  const ofStaff = async (viewer: Viewer) => {
    const query = '{ reports(status: OPEN, first: 100) { edges { node { id } } } }';
    const data = await chat.ask(query, {}, viewer);
    return data.reports.edges.map(({ node }: { node: { id: string } }) => node.id);
  };
  expect(await ofStaff(STAFF)).toContain(reportMessage.report.id);
  expect(await ofStaff({ ...STAFF, ...as('ada'), roles: ['MODERATOR'] })).not.toContain(
    reportMessage.report.id,
  );
});

test('the decision is carried out, and the person it is against can appeal without knowing who reported', async () => {
  const { roomId, id } = await reported();
  const outcome = 'MESSAGE_DELETED';
  await chat.ask(DECIDE, { id, outcome, note: 'Fraud' }, 'ada');
  const TEXTS = 'query ($id: ID!) { room(id: $id) { messages { edges { node { text } } } } }';
  const { room } = await chat.ask(TEXTS, { id: roomId }, 'cy');
  expect(room.messages.edges).toEqual([{ node: { text: null } }]);
  expect(await find(id, 'cy')).toMatchObject({ status: 'DECIDED', outcome, text: null });
  expect(await find(id, 'bo')).toMatchObject({
    ...{ text: 'Send me your savings', decisionNote: 'Fraud', viewerCan: ['APPEAL'] },
    ...{ reporter: null, note: null, decidedBy: null },
  });
  expect(codesOf(await chat.execute(DECIDE, { id, outcome }, as('ada')))).toEqual([
    'REPORT_NOT_OPEN',
  ]);
  await chat.ask(APPEAL, { id, text: 'It was a quotation.' }, 'bo');
  expect(codesOf(await chat.execute(APPEAL, { id, text: 'Again' }, as('bo')))).toEqual([
    'REPORT_NOT_APPEALABLE',
  ]);
  expect(codesOf(await chat.execute(DECIDE, { id, outcome }, as('ada')))).toEqual([
    'REPORT_NOT_OPEN',
  ]);
  const data = await chat.ask(DECIDE, { id, outcome: 'DISMISSED' }, STAFF);
  expect(data.decideReport.report).toMatchObject({
    status: 'CLOSED',
    appeal: 'It was a quotation.',
  });
});

test('one of ten decisions at once is made, and a banned author does not come back', async () => {
  const { roomId, id } = await reported();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      chat.execute(DECIDE, { id, outcome: 'AUTHOR_BANNED' }, as('ada')),
    ),
  );
  expect(answers.flatMap(codesOf)).toEqual(Array(9).fill('REPORT_NOT_OPEN'));
  const join = async () => codesOf(await chat.execute(JOIN, { id: roomId }, as('bo')));
  expect(await join()).toEqual(['ROOM_BANNED']);
  // An appeal that is right lets them come back.
  await chat.ask(APPEAL, { id, text: 'It was not me.' }, 'bo');
  await chat.execute(DECIDE, { id, outcome: 'DISMISSED' }, STAFF);
  expect(await join()).toEqual([]);
});

/** Two reports of what Bo said in a room of Ada's. */
async function reportedTwice() {
  const { roomId, id: first } = await reported();
  const { id: messageId } = await chat.send('bo', roomId, 'Or your gold');
  const { reportMessage } = await chat.ask(REPORT, { id: messageId }, 'cy');
  return { roomId, first, second: reportMessage.report.id as string };
}
const banBy = (id: string) => chat.ask(DECIDE, { id, outcome: 'AUTHOR_BANNED' }, 'ada');
const revise = async (id: string) => {
  await chat.ask(APPEAL, { id, text: 'It was not me.' }, 'bo');
  await chat.ask(DECIDE, { id, outcome: 'DISMISSED' }, STAFF);
};
const BAN_BY_HAND = `mutation ($roomId: ID!, $userId: ID!, $until: DateTime) {
  banFromRoom(roomId: $roomId, userId: $userId, until: $until) { ban { id } ${ERRORS} } }`;
const UNBAN = `mutation ($id: ID!) { unbanFromRoom(roomBanId: $id) { ${ERRORS} } }`;
const entryOf = async (roomId: string) =>
  codesOf(await chat.execute(JOIN, { id: roomId }, as('bo')));

test('after a successful appeal only the bans of other decisions stay', async () => {
  const { roomId, first, second } = await reportedTwice();
  await banBy(first);
  await banBy(second);
  await revise(first);
  expect(await entryOf(roomId)).toEqual(['ROOM_BANNED']);
  await revise(second);
  expect(await entryOf(roomId)).toEqual([]);
});

test('an appeal that is right ends no ban that was made by hand, before or after the decision', async () => {
  for (const isBefore of [true, false]) {
    const { roomId, id } = await reported();
    const by = { roomId, userId: userIdOf('bo') };
    if (isBefore) await chat.ask(BAN_BY_HAND, by, 'ada');
    await banBy(id);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    if (!isBefore) await chat.ask(BAN_BY_HAND, { ...by, until }, 'ada');
    await revise(id);
    expect(await entryOf(roomId)).toEqual(['ROOM_BANNED']);
  }
});

test('an unbanned person is not banned again by an earlier decision', async () => {
  const { roomId, first, second } = await reportedTwice();
  await banBy(first);
  const { banFromRoom } = await chat.ask(BAN_BY_HAND, { roomId, userId: userIdOf('bo') }, 'ada');
  await chat.ask(UNBAN, { id: banFromRoom.ban.id }, 'ada');
  await banBy(second);
  await revise(second);
  expect(await entryOf(roomId)).toEqual([]);
});

test('somebody who may not see a report learns nothing about it', async () => {
  const { id } = await reported();
  for (const reportId of [id, newId('rep'), 'x']) {
    for (const who of ['bo', 'cy', 'eve']) {
      const decide = await chat.execute(DECIDE, { id: reportId, outcome: 'DISMISSED' }, as(who));
      const appeal = await chat.execute(APPEAL, { id: reportId, text: 'No' }, as(who));
      expect([decide, appeal].flatMap(codesOf)).toEqual(['REPORT_NOT_FOUND', 'REPORT_NOT_FOUND']);
    }
  }
});

const PIN = `mutation ($id: ID!) { setPinned(messageId: $id, on: true) { message { id } ${ERRORS} } }`;
const TYPE = `mutation ($id: ID!) { setTyping(roomId: $id, on: true) { ${ERRORS} } }`;
const BLOCK = `mutation ($id: ID!, $on: Boolean!) { setBlocked(userId: $id, on: $on) { viewer { id } ${ERRORS} } }`;

test('people who block each other cannot open rooms together, nor write in their direct room', async () => {
  const two = await chat.openDirect('bo', 'eve');
  const many = await chat.createRoom('ada', {
    kind: 'PRIVATE',
    name: 'Many',
    participantIds: ['bo', 'eve'].map(userIdOf),
  });
  await chat.ask(BLOCK, { id: userIdOf('eve'), on: true }, 'bo');
  const told = { userId: userIdOf('bo'), blockedUserId: userIdOf('eve') };
  expect(await newest('chat.BlockChanged')).toEqual({ ...told, on: true });
  const said: Record<string, string> = {};
  await chat.ask(BLOCK, { id: userIdOf('eve'), on: false }, 'bo');
  for (const who of ['bo', 'eve']) said[who] = (await chat.send(who, two, 'hi')).id;
  await chat.ask(BLOCK, { id: userIdOf('eve'), on: true }, 'bo');
  const tries = (who: string, other: string) => {
    const input = { kind: 'PRIVATE', name: 'New', participantIds: [userIdOf(other)] };
    return Promise.all(
      [
        [OPEN_DIRECT, { userIds: [userIdOf(other)] }],
        [CREATE_ROOM, { input }],
        [ADD, { roomId: many, userIds: [userIdOf(other)] }],
        [SEND, { input: { roomId: two, clientMessageId: randomUUID(), text: 'hi' } }],
        [EDIT, { input: { messageId: said[who], text: randomUUID() } }],
        [REACT, { id: said[other], emoji: '👎', on: true }],
        [PIN, { id: said[other] }],
        [TYPE, { id: two }],
      ].map(async ([query, variables]) =>
        codesOf(await chat.execute(query as string, variables as never, as(who))),
      ),
    );
  };
  // Who blocks is reminded of it; who is blocked is told what every stranger may be told.
  expect(await tries('bo', 'eve')).toEqual(Array(8).fill(['USER_BLOCKED']));
  expect(await tries('eve', 'bo')).toEqual([[], [], [], ...Array(5).fill(['CONTACT_REFUSED'])]);
  const LISTS = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer {
    rooms { edges { node { name kind } } } asked: rooms(filter: { membership: REQUESTED }) { totalCount } } } }`;
  const { id: bo } = (await chat.ask('{ viewer { id } }', {}, 'bo')).viewer;
  const [lists] = (await chat.ask(LISTS, { of: [{ __typename: 'Viewer', id: bo }] }, 'bo'))
    ._entities;
  expect(lists.asked.totalCount).toBe(0);
  expect(JSON.stringify(lists.rooms)).not.toContain('New');
  // Among others both may speak.
  await chat.send('eve', many, 'hello all');
  const BLOCKS = `query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Viewer { blocks { edges { node { id user { id } } } } } } }`;
  const { viewer } = await chat.ask('{ viewer { id } }', {}, 'bo');
  const { _entities } = await chat.ask(
    BLOCKS,
    { of: [{ __typename: 'Viewer', id: viewer.id }] },
    'bo',
  );
  expect(_entities[0].blocks.edges).toMatchObject([{ node: { user: { id: userIdOf('eve') } } }]);
  await chat.ask(BLOCK, { id: userIdOf('eve'), on: false }, 'bo');
  expect(await newest('chat.BlockChanged')).toEqual({ ...told, on: false });
  expect(await tries('eve', 'bo')).toEqual(Array(8).fill([]));
});

const DELETE_FOR = `mutation ($id: ID!, $reason: String) {
  deleteMessage(messageId: $id, reason: $reason) { message { text deletionReason } ${ERRORS} } }`;
const REASON = 'query ($id: ID!) { message(id: $id) { deletedAt text deletionReason } }';
const reasonFor = async (id: string, who: string | Viewer) =>
  (await chat.ask(REASON, { id }, who)).message.deletionReason;

test('only its author and moderators read why a message was deleted', async () => {
  const { roomId, messageId, id: reportId } = await reported();
  const other = await chat.send('bo', roomId, 'Quickly now');
  await using stream = await chat.subscribe(
    `subscription ($id: ID!) { roomEvents(roomId: $id) { __typename
       ... on MessageDeleted { message { id deletionReason } } } }`,
    { id: roomId },
    as('bo'),
  );
  await stream.atLeast(1);
  const reason = 'Nobody asks for savings here.';
  const { deleteMessage } = await chat.ask(DELETE_FOR, { id: messageId, reason }, 'ada');
  expect(deleteMessage.message).toEqual({ text: null, deletionReason: reason });
  await stream.find(({ data }) => data.roomEvents.message?.deletionReason === reason);
  expect(await Promise.all(['ada', 'bo'].map((who) => reasonFor(messageId, who)))).toEqual([
    ...[reason, reason],
  ]);
  for (const who of ['cy', 'eve', STAFF]) expect(await reasonFor(messageId, who)).toBeNull();
  // It is said once: whoever deletes it again says nothing else.
  await chat.ask(DELETE_FOR, { id: messageId, reason: 'Spam' }, 'ada');
  expect(await reasonFor(messageId, 'bo')).toBe(reason);
  // The reason of a decision is the reason of the deletion that was decided.
  await chat.ask(REPORT, { id: other.id }, 'cy');
  const filed = (await newest('chat.ReportFiled')) as { reportId: string };
  await chat.ask(DECIDE, { id: filed.reportId, outcome: 'MESSAGE_DELETED', note: 'Fraud' }, 'ada');
  expect(await reasonFor(other.id, 'bo')).toBe('Fraud');
  expect(reportId).not.toBe(filed.reportId);
  // Of one's own messages no reason is kept, and one that is too long is refused at its place.
  const own = await chat.send('ada', roomId, 'Sorry');
  await chat.ask(DELETE_FOR, { id: own.id, reason: 'Typo' }, 'ada');
  expect(await reasonFor(own.id, 'ada')).toBeNull();
  const long = await chat.execute(
    DELETE_FOR,
    { id: other.id, reason: 'x'.repeat(1_001) },
    as('ada'),
  );
  expect(codesOf(long)).toEqual(['BAD_USER_INPUT']);
  // What was said of somebody who is erased goes with them.
  expect(erasure.rules).toContainEqual({
    ...{ table: 'message', of: 'author_id', rows: { deletion_reason: null } },
  });
});
