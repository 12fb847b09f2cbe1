import { randomUUID } from 'node:crypto';
import { newId, type Viewer } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import { type Answer, as, createEarlierDatabase, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { createSharedReads } from '../src/persistence/create-loaders.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import type { ChatDeps } from '../src/use-cases/deps.ts';
import { openDiscussion } from '../src/use-cases/open-discussion.ts';
import {
  ARCHIVE,
  BAN,
  codesOf,
  DELETE,
  EDIT,
  FAILURES,
  FORWARD,
  failuresOf,
  LEAVE,
  PIN,
  SEND,
  startChat,
  type TestChat,
  UNHINDERED,
  UPDATE,
} from './chat.ts';
import { openBesideAnother } from './mutants/open-beside-another.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const staff: Viewer = { ...as('eve'), roles: ['MODERATOR'] };
const OPEN = `mutation ($id: ID!) { openDiscussion(entityId: $id) {
  room { id kind name participantCount about { id } viewerCan } ${FAILURES} } }`;
const TYPING = `mutation ($id: ID!, $on: Boolean!) { setTyping(roomId: $id, on: $on) { ${FAILURES} } }`;
const OF = `query ($of: [_Any!]!, $first: Int, $after: String) { _entities(representations: $of) { ... on Shareable {
  id discussion { id archivedAt } shareCount
  mentionedIn(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } } }`;
const thing = (id: string) => ({ __typename: 'Shareable', id });
/** What somebody sees who is not signed in. */
const toAnybody = async (id: string) =>
  (
    await chat.ask(OF.replace(/mentionedIn.*/, '} } }').replace(/, \$first.*String/, ''), {
      of: [thing(id)],
    })
  )._entities[0];
const ofThings = async (ids: readonly string[], who: string | Viewer, page = {}) =>
  (await chat.ask(OF, { of: ids.map(thing), ...page }, who))._entities;
const ofThing = async (id: string, who: string | Viewer, page = {}) =>
  (await ofThings([id], who, page))[0];
const open = async (id: string, who: string | Viewer) =>
  (await chat.ask(OPEN, { id }, who)).openDiscussion.room;
const showing = async (who: string, roomId: string, entityId: string, more = {}) =>
  (await chat.send(who, roomId, 'Look', { embedEntityIds: [entityId], ...more })).id;
const mentioned = async (id: string, who: string): Promise<string[]> =>
  (await ofThing(id, who)).mentionedIn.edges.map(({ node }: { node: { id: string } }) => node.id);

test('a product has one public discussion, however many people open it at once', async () => {
  const product = newId('prd');
  expect(await ofThing(product, 'ada')).toMatchObject({ discussion: null, shareCount: 0 });
  const people = ['ada', 'bo', 'cy', 'ada', 'bo', 'cy'];
  const rooms = await Promise.all(people.map((who) => open(product, who)));
  const ids = new Set(rooms.map(({ id }) => id));
  expect(ids.size).toBe(1);
  const [id] = ids;
  expect(await open(product, 'ada')).toMatchObject({
    ...{ id, kind: 'PUBLIC', name: null, participantCount: 3, about: { id: product } },
  });
  // Whoever looks at the thing reads it, and hears of what is said without coming in.
  expect((await toAnybody(product)).discussion).toEqual({ id, archivedAt: null });
  await using stream = await chat.follow('eve', id as string);
  await stream.atLeast(1);
  await chat.send('bo', id as string, 'Does it hold tea?');
  await stream.find(({ data }) => data.roomEvents.message?.text === 'Does it hold tea?');
  // The directory is of rooms that have a name; there may be as many discussions as things.
  const { publicRooms } = await chat.ask('{ publicRooms { edges { node { id } } } }');
  expect(publicRooms.edges).not.toContainEqual({ node: { id } });
});

/** What becomes of six who open a discussion at once on the database of this file. */
async function openedAtOnce(storesOf: (db: Parameters<typeof storesOn>[0]) => Stores) {
  const client = createClient(chat.databaseUrl);
  const transaction = createTransactor({
    begin: (work) => client.$transaction(work, { timeout: 30_000 }),
    storesOn: storesOf,
    onCommitted: () => {},
  });
  const reads = storesOn(client);
  const sharedReads = createSharedReads(reads, () => false);
  const deps = { transaction, reads, sharedReads, clock: () => new Date(), newId };
  const product = newId('prd');
  const opened = await Promise.allSettled(
    Array.from({ length: 6 }, () =>
      openDiscussion({ ...deps, config: UNHINDERED } as unknown as ChatDeps, as('ada'), product),
    ),
  );
  await client.$disconnect();
  return opened.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)));
}

test('of two people who open a discussion at once, the second joins the room of the first (mutant)', async () => {
  const opened = await openedAtOnce(storesOn);
  expect([...new Set(opened)]).toEqual([expect.stringMatching(/^room_/)]);
  // On a busy machine one may have opened it before the others look, so they try again until they meet.
  const beside = () => openedAtOnce((db) => openBesideAnother(storesOn(db)));
  await until(async () => new Set(await beside()).size > 1);
});

test('a missing thing is answered like a hidden one; a thing that cannot be shown is refused', async () => {
  // Chat knows of neither whether there is one: so it tells nobody.
  const [hidden, nothing] = [newId('prd'), newId('prd')];
  const [first, second] = [await open(hidden, 'ada'), await open(nothing, 'ada')];
  const rest = { id: '', about: null };
  expect({ ...first, ...rest }).toEqual({ ...second, ...rest });
  for (const id of [newId('ord'), userIdOf('bo'), 'x', '']) {
    expect(failuresOf(await chat.execute(OPEN, { id }, as('ada')))).toEqual([
      {
        ...{ __typename: 'ValidationError', code: 'NOT_SHAREABLE', path: ['entityId'] },
        message: expect.any(String),
      },
    ]);
  }
  expect(await ofThings([newId('ord'), 'x'], 'ada')).toEqual([null, null]);
});

test('no participant owns a discussion: staff moderate it, and a discussion that they close stays closed', async () => {
  const product = newId('prd');
  const { id, viewerCan } = await open(product, 'ada');
  expect([...viewerCan].sort()).toEqual(
    ['LEAVE', 'POST', 'POST_ATTACHMENT', 'REACT', 'READ', 'START_THREAD'].sort(),
  );
  await open(product, 'bo');
  const message = await chat.send('bo', id, 'Buy elsewhere');
  const attempts: [string, object][] = [
    [UPDATE, { input: { id, topic: 'Tea' } }],
    [BAN, { roomId: id, userId: userIdOf('bo') }],
    [DELETE, { id: message.id }],
    [PIN, { id: message.id, on: true }],
    [ARCHIVE, { id }],
  ];
  for (const [query, variables] of attempts) {
    const refused = codesOf(await chat.execute(query, variables as never, as('ada')));
    expect(refused).toEqual([expect.stringMatching(/^(ROOM|MESSAGE)/)]);
  }
  // They do it without being there; to be pinned a message needs somebody who is.
  const CAN = 'query ($id: ID!) { room(id: $id) { viewerCan bans { edges { node { id } } } } }';
  const { room } = await chat.ask(CAN, { id }, staff);
  expect(room.viewerCan).toEqual(
    expect.arrayContaining(['DELETE_OTHERS_MESSAGES', 'BAN', 'EDIT_ROOM', 'ARCHIVE', 'JOIN']),
  );
  expect(room.viewerCan).not.toContain('POST');
  expect((await chat.ask(CAN, { id }, 'ada')).room.bans).toBeNull();
  const done = async (query: string, variables: object): Promise<Answer> => {
    const answer = await chat.execute(query, variables as never, staff);
    expect(codesOf(answer)).toEqual([]);
    return answer;
  };
  await done(UPDATE, { input: { id, slowModeSeconds: 30 } });
  await done(DELETE, { id: message.id });
  const { data } = await done(BAN, { roomId: id, userId: userIdOf('bo'), reason: 'Spam' });
  const banned = failuresOf(await chat.execute(OPEN, { id: product }, as('bo')));
  expect(banned).toMatchObject([{ code: 'ROOM_BANNED', path: ['entityId'] }]);
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
  const { ban } = (data as any).banFromRoom;
  await done(`mutation ($id: ID!) { unbanFromRoom(roomBanId: $id) { deletedId ${FAILURES} } }`, {
    id: ban.id,
  });
  await open(product, 'bo');
  await done(ARCHIVE, { id });
  expect(codesOf(await chat.execute(OPEN, { id: product }, as('cy')))).toEqual(['ROOM_ARCHIVED']);
  expect((await ofThing(product, 'cy')).discussion).toEqual({
    ...{ id, archivedAt: expect.any(String) },
  });
  // Elsewhere staff are nobody: what people opened is theirs.
  const theirs = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Theirs' });
  expect(codesOf(await chat.execute(ARCHIVE, { id: theirs }, staff))).toEqual([
    'ROOM_NOT_EDITABLE',
  ]);
});

test('staff make a discussion read-only and still write in it; it has the name and picture of its subject', async () => {
  const product = newId('prd');
  const { id } = await open(product, 'ada');
  const change = async (input: object) =>
    failuresOf(await chat.execute(UPDATE, { input: { id, ...input } }, staff)).map(
      ({ code, path }) => [code, path],
    );
  expect(await change({ name: 'Tea' })).toEqual([['BAD_USER_INPUT', ['input', 'name']]]);
  expect(await change({ readOnly: true, slowModeSeconds: 600 })).toEqual([]);
  await open(product, staff);
  const say = (who: Viewer, text: string) => {
    const input = { roomId: id, clientMessageId: randomUUID(), text };
    return chat.execute(SEND, { input }, who);
  };
  expect(codesOf(await say(as('ada'), 'Anybody?'))).toEqual(['ROOM_READ_ONLY']);
  // Nothing holds them up either, which is for the others.
  for (const text of ['Read the notice first, @everyone', 'Thank you']) {
    expect(codesOf(await say(staff, text))).toEqual([]);
  }
  const SEEN = `query ($id: ID!) { room(id: $id) { viewerCan viewerState { nextPostAt }
    messages(last: 2) { edges { node { id mentions { __typename } } } } } }`;
  const { room } = await chat.ask(SEEN, { id }, staff);
  expect(room.viewerCan).toEqual(expect.arrayContaining(['POST', 'MENTION_EVERYONE']));
  expect(room.viewerState.nextPostAt).toBeNull();
  const [notice] = room.messages.edges;
  expect(notice.node.mentions).toHaveLength(1);
  const edit = { messageId: notice.node.id, text: 'Read the rules first' };
  expect(codesOf(await chat.execute(EDIT, { input: edit }, staff))).toEqual([]);
  expect(codesOf(await chat.execute(TYPING, { id, on: true }, staff))).toEqual([]);
  // Who is of the staff no more is somebody like the others.
  expect(codesOf(await say(as('eve'), 'Still here'))).toEqual(['ROOM_READ_ONLY']);
});

test('viewers find the messages that share a thing and that they may read now, newest first', async () => {
  const product = newId('prd');
  const [open, direct] = [
    await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Square' }),
    await chat.openDirect('ada', 'bo'),
  ];
  const back = await chat.createRoom('bo', { kind: 'PRIVATE', name: 'Back' });
  const all = [
    await showing('ada', open, product),
    await showing('bo', direct, product),
    await showing('bo', back, product),
  ];
  const root = await chat.send('ada', open, 'Which one?');
  all.push(await showing('ada', open, product, { threadOfId: root.id }));
  const { forwardMessage } = await chat.ask(
    FORWARD,
    { id: all[2], roomId: direct, key: randomUUID() },
    'bo',
  );
  all.push(forwardMessage.message.id);
  // Another thing, and words alone, are none of it.
  await showing('ada', open, newId('prd'));
  await chat.send('ada', open, product);
  const [square, whispered, inBack, inThread, forwarded] = all as [
    ...[string, string, string, string, string],
  ];
  expect(await mentioned(product, 'bo')).toEqual([...all].reverse());
  expect(await mentioned(product, 'ada')).toEqual([forwarded, inThread, whispered, square]);
  expect(await mentioned(product, 'cy')).toEqual([inThread, square]);
  expect(codesOf(await chat.execute(OF, { of: [thing(product)] }))).toEqual(['UNAUTHENTICATED']);
  // One after the other, by cursors that are of this thing alone.
  const paged: string[] = [];
  let after: string | null = null;
  do {
    const { mentionedIn } = await ofThing(product, 'bo', { first: 2, after });
    paged.push(...mentionedIn.edges.map(({ node }: { node: { id: string } }) => node.id));
    after = mentionedIn.pageInfo.hasNextPage ? mentionedIn.pageInfo.endCursor : null;
  } while (after !== null);
  expect(paged).toEqual([...all].reverse());

  await chat.ask(DELETE, { id: inThread }, 'ada');
  await chat.ask(ARCHIVE, { id: open }, 'ada');
  await chat.ask(LEAVE, { id: back }, 'bo');
  expect(await mentioned(product, 'bo')).toEqual([forwarded, whispered, square]);
  expect(inBack).toBeDefined();
});

test('people who joined with hidden history find only messages since then', async () => {
  const product = newId('prd');
  const room = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Since' });
  const before = await showing('ada', room, product);
  await chat.ask(UPDATE, { input: { id: room, historyVisibility: 'SINCE_JOINING' } }, 'ada');
  const ADD = `mutation ($id: ID!, $of: [ID!]!) { addParticipants(roomId: $id, userIds: $of) { ${FAILURES} } }`;
  await chat.ask(ADD, { id: room, of: [userIdOf('cy')] }, 'ada');
  const since = await showing('ada', room, product);
  expect(await mentioned(product, 'ada')).toEqual([since, before]);
  expect(await mentioned(product, 'cy')).toEqual([since]);
});

test('the share count covers public rooms, and discloses nothing about others', async () => {
  const product = newId('prd');
  const square = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Market' });
  const direct = await chat.openDirect('ada', 'cy');
  const shown = await showing('ada', square, product);
  await showing('ada', square, product);
  await showing('ada', direct, product);
  expect((await ofThing(product, 'ada')).shareCount).toBe(2);
  expect((await toAnybody(product)).shareCount).toBe(2);
  await chat.ask(DELETE, { id: shown }, 'ada');
  expect((await toAnybody(product)).shareCount).toBe(1);
});

test('as many statements are asked for one thing as for twelve', async () => {
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Shelf' });
  const products = Array.from({ length: 12 }, () => newId('prd'));
  for (const product of products) {
    await open(product, 'ada');
    await showing('ada', room, product);
  }
  const askedFor = async (ids: readonly string[]) => {
    const asked: number[] = [];
    for (let nth = 0; nth < 3; nth += 1) {
      asked.push((await chat.statementsOf(() => ofThings(ids, 'ada'))).length);
    }
    return Math.min(...asked);
  };
  await askedFor(products);
  const [one, twelve] = [await askedFor(products.slice(0, 1)), await askedFor(products)];
  expect(twelve).toBe(one);
  expect(one).toBeLessThan(6);
});

test('the migration adds positions to embeds that are older than positions', async () => {
  await using earlier = await createEarlierDatabase('chat', '20261127190500');
  const database = { databaseUrl: earlier.url };
  const product = newId('prd');
  for (const [index, kind] of ['PUBLIC', 'PRIVATE'].entries()) {
    const [room, message] = [newId('room'), newId('msg')];
    await sql(
      database,
      `INSERT INTO room (id, kind, name, created_at) VALUES ($1, '${kind}', 'Old', now())`,
      [room],
    );
    await sql(
      database,
      `INSERT INTO message (id, room_id, sequence, event_sequence, text, sent_at)
       VALUES ($1, $2, 1, ${index + 1}, 'Look', now())`,
      [message, room],
    );
    await sql(
      database,
      'INSERT INTO message_embed (message_id, position, entity_id) VALUES ($1, 0, $2)',
      [message, product],
    );
  }
  await earlier.migrate();
  const placed = await sql(
    database,
    `SELECT r.kind::text, e.is_public FROM message_embed e JOIN room r ON r.id = e.room_id ORDER BY 1`,
  );
  expect(placed).toEqual([
    { kind: 'PRIVATE', is_public: false },
    { kind: 'PUBLIC', is_public: true },
  ]);
});
