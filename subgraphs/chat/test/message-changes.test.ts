import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { as, insist, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { erasure } from '../src/persistence/erasure.ts';
import {
  codesOf,
  DELETE,
  EDIT,
  eventsOf,
  FORWARD,
  failuresOf,
  PIN,
  REACT,
  REMOVE,
  SAVE,
  SEND,
  startChat,
  type TestChat,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const READ = `query ($id: ID!) { message(id: $id) {
  id text revision editedAt deletedAt savedAt viewerReactions reactionCount reactions { emoji count sample { id } }
  revisions { edges { node { number text } } } } }`;
const read = async (id: string, who = 'ada') => (await chat.ask(READ, { id }, who)).message;
const privateRoom = (...names: string[]) =>
  chat.createRoom('ada', { kind: 'PRIVATE', name: 'Parlour', participantIds: names.map(userIdOf) });
const edit = (id: string, text: string, expectedRevision: number | null = null, who = 'ada') =>
  chat.execute(EDIT, { input: { messageId: id, text, expectedRevision } }, as(who));
const react = (id: string, emoji: string, on = true, who = 'ada') =>
  chat.ask(REACT, { id, emoji, on }, who);

test('an edit is a new revision, the ones before are kept, and all subscribers receive it', async () => {
  const roomId = await privateRoom('bo');
  await using stream = await chat.follow('bo', roomId);
  await stream.atLeast(1);
  const { id } = await chat.send('ada', roomId, 'teh');
  expect((await edit(id, 'the')).data.editMessage.message).toMatchObject({
    text: 'the',
    revision: 2,
  });
  // What changes nothing is no edit.
  expect((await edit(id, 'the')).data.editMessage.message.revision).toBe(2);
  await edit(id, 'The');
  await stream.atLeast(4);
  expect(eventsOf(stream.items).slice(2)).toMatchObject([
    { __typename: 'MessageEdited', message: { id } },
    { __typename: 'MessageEdited', message: { id, text: 'The', revision: 3 } },
  ]);
  expect((await read(id)).revisions.edges.map(({ node }: { node: object }) => node)).toEqual([
    { number: 2, text: 'the' },
    { number: 1, text: 'teh' },
  ]);
  expect((await read(id, 'bo')).revisions).toBeNull();
});

test('of twenty edits of one revision at once, one is made; the others are shown it', async () => {
  const { id } = await chat.send('ada', await privateRoom(), 'first');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => edit(id, `edit ${index}`, 1)),
  );
  const payloads = answers.map(({ data }) => data.editMessage);
  const made = payloads.filter(({ errors }) => errors.length === 0);
  expect(made).toHaveLength(1);
  for (const { errors, message } of payloads.filter((payload) => payload !== made[0])) {
    expect(errors).toMatchObject([
      { __typename: 'EditConflictError', code: 'MESSAGE_EDIT_CONFLICT' },
    ]);
    expect(message).toMatchObject({ text: made[0].message.text, revision: 2 });
  }
});

test('of a deleted message only its position is left anywhere', async () => {
  const roomId = await privateRoom('bo');
  const after = await chat.head('bo', roomId);
  const clientMessageId = randomUUID();
  const { id, sequence } = await chat.send('ada', roomId, 'sesame', { clientMessageId });
  await edit(id, 'open sesame');
  await react(id, '👍', true, 'bo');
  await chat.ask(PIN, { id, on: true }, 'ada');
  await chat.ask(SAVE, { id, on: true }, 'bo');
  await chat.send('bo', roomId, 'what?', { replyToId: id });
  await chat.ask(DELETE, { id }, 'ada');

  const EVERYWHERE = `query ($roomId: ID!, $of: [_Any!]!) {
    room(id: $roomId) { lastMessage { replyTo { sequence text } } pinned { edges { cursor } }
      messages { edges { node { sequence text deletedAt reactions { emoji } } } } }
    _entities(representations: $of) { ... on Viewer { savedMessages { edges { cursor } } } } }`;
  const { viewer } = await chat.ask('{ viewer { id } }', {}, 'bo');
  const of = [{ __typename: 'Viewer', id: viewer.id }];
  const seen = await chat.ask(EVERYWHERE, { roomId, of }, 'bo');
  expect(JSON.stringify(seen)).not.toContain('sesame');
  expect(seen.room).toMatchObject({
    lastMessage: { replyTo: { sequence, text: null } },
    pinned: { edges: [] },
    messages: {
      // Between them the room tells that something was pinned.
      edges: [{ node: { sequence, reactions: [] } }, {}, { node: { text: 'what?' } }],
    },
  });
  expect(seen._entities[0].savedMessages.edges).toEqual([]);
  await using replayed = await chat.follow('bo', roomId, after);
  await replayed.find(({ data }) => data?.roomEvents.__typename === 'MessageDeleted');
  expect(JSON.stringify(replayed.items)).not.toContain('sesame');
  for (const table of ['message', 'message_revision', 'message_reaction', 'saved_message']) {
    const rows = await sql(chat, `SELECT * FROM ${table}`);
    expect([table, JSON.stringify(rows)]).toEqual([table, expect.not.stringContaining('sesame')]);
  }
  // A client that had no answer to its sending yet learns that it was sent, whatever it said.
  const again = await chat.send('ada', roomId, 'sesame', { clientMessageId });
  expect(again).toMatchObject({ id, duplicate: true });
});

test('a reaction is one emoji in any encoding, counted once for each person', async () => {
  const roomId = await privateRoom('bo', 'cy');
  const { id } = await chat.send('ada', roomId, 'well?');
  for (const emoji of ['\u2764', '\u2764\uFE0F', '\u2764\uFE0E']) await react(id, emoji);
  await react(id, '\u2764', true, 'bo');
  await react(id, '👍', true, 'cy');
  expect(await read(id)).toMatchObject({
    viewerReactions: ['❤️'],
    reactionCount: 3,
    reactions: [
      { emoji: '❤️', count: 2, sample: [{ id: userIdOf('ada') }, { id: userIdOf('bo') }] },
      { emoji: '👍', count: 1, sample: [{ id: userIdOf('cy') }] },
    ],
  });
  await react(id, '\u2764', false, 'bo');
  expect((await read(id, 'bo')).viewerReactions).toEqual([]);
  expect(codesOf(await chat.execute(REACT, { id, emoji: 'x', on: true }, as('ada')))).toEqual([
    'BAD_USER_INPUT',
  ]);
  const head = await chat.head('ada', roomId);
  await react(id, '\u2764\uFE0F');
  expect(await chat.head('ada', roomId)).toBe(head);
});

test('a message takes twenty different emojis, also of many at once', async () => {
  const { id } = await chat.send('ada', await privateRoom(), 'well?');
  const emojis = Array.from({ length: 25 }, (_, index) => String.fromCodePoint(0x1f400 + index));
  const answers = await Promise.all(
    emojis.map((emoji) => insist(() => chat.execute(REACT, { id, emoji, on: true }, as('ada')))),
  );
  expect(answers.flatMap(codesOf)).toEqual(Array(5).fill('MESSAGE_EMOJIS_FULL'));
  const { reactions } = await read(id);
  expect(reactions).toHaveLength(20);
  await react(id, reactions[0].emoji);
});

test('a forwarded message is posted once, and shows its source to viewers who may see that', async () => {
  const secret = await privateRoom('bo');
  const { id } = await chat.send('ada', secret, 'for bo');
  const roomId = await chat.openDirect('ada', 'cy');
  const key = randomUUID();
  const first = (await chat.ask(FORWARD, { id, roomId, key }, 'ada')).forwardMessage;
  expect(first).toMatchObject({
    replayed: false,
    message: { text: 'for bo', forwardedFrom: { id } },
  });
  const again = (await chat.ask(FORWARD, { id, roomId, key }, 'ada')).forwardMessage;
  expect(again).toMatchObject({ replayed: true, message: { id: first.message.id } });
  // Whatever became of the source meanwhile, a client that had no answer is given its own.
  await edit(id, 'for bo alone');
  const edited = (await chat.ask(FORWARD, { id, roomId, key }, 'ada')).forwardMessage;
  expect(edited).toMatchObject({ replayed: true, message: { text: 'for bo' } });
  const SOURCE = 'query ($id: ID!) { message(id: $id) { text forwardedFrom { id } } }';
  const ofCy = (await chat.ask(SOURCE, { id: first.message.id }, 'cy')).message;
  expect(ofCy).toEqual({ text: 'for bo', forwardedFrom: null });
  await chat.ask(DELETE, { id }, 'ada');
  const deleted = (await chat.ask(FORWARD, { id, roomId, key }, 'ada')).forwardMessage;
  expect(deleted).toMatchObject({ replayed: true, message: { id: first.message.id } });
  const anew = await chat.execute(FORWARD, { id, roomId, key: randomUUID() }, as('ada'));
  expect(codesOf(anew)).toEqual(['MESSAGE_DELETED']);
  expect(codesOf(await chat.execute(SAVE, { id, on: true }, as('ada')))).toEqual([
    'MESSAGE_DELETED',
  ]);
  const elsewhere = await chat.openDirect('cy', 'eve');
  const unseen = await chat.execute(FORWARD, { id, roomId: elsewhere, key }, as('cy'));
  expect(failuresOf(unseen)).toMatchObject([{ code: 'MESSAGE_NOT_FOUND', path: ['messageId'] }]);
});

test('pins and saved messages are listed newest first, page by page', async () => {
  const roomId = await privateRoom('bo');
  const ids: string[] = [];
  for (const text of ['a', 'b', 'c']) ids.push((await chat.send('ada', roomId, text)).id);
  for (const id of ids) {
    await chat.ask(PIN, { id, on: true }, 'bo');
    await chat.ask(SAVE, { id, on: true }, 'bo');
  }
  await chat.ask(PIN, { id: ids[1], on: false }, 'ada');
  await chat.ask(SAVE, { id: ids[1], on: false }, 'bo');
  const { viewer } = await chat.ask('{ viewer { id } }', {}, 'bo');
  const LISTS = `query ($roomId: ID!, $of: [_Any!]!, $pin: String, $saved: String) {
    room(id: $roomId) { pinned(first: 1, after: $pin) { edges { cursor node { id } } pageInfo { hasNextPage } } }
    _entities(representations: $of) { ... on Viewer {
      savedMessages(first: 1, after: $saved) { edges { cursor node { id savedAt } } pageInfo { hasNextPage } } } } }`;
  const of = [{ __typename: 'Viewer', id: viewer.id }];
  const lists = async (after: object) => {
    const { room, _entities } = await chat.ask(LISTS, { roomId, of, ...after }, 'bo');
    return { pinned: room.pinned, saved: _entities[0].savedMessages };
  };
  const first = await lists({});
  expect(first).toMatchObject({
    pinned: { edges: [{ node: { id: ids[2] } }], pageInfo: { hasNextPage: true } },
    saved: { edges: [{ node: { id: ids[2] } }], pageInfo: { hasNextPage: true } },
  });
  const { pinned, saved } = first;
  expect(await lists({ pin: pinned.edges[0].cursor, saved: saved.edges[0].cursor })).toMatchObject({
    pinned: { edges: [{ node: { id: ids[0] } }], pageInfo: { hasNextPage: false } },
    saved: { edges: [{ node: { id: ids[0] } }], pageInfo: { hasNextPage: false } },
  });
  // Who was taken out sees none of it any more, also in their own list.
  await chat.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
  const gone = await chat.ask(LISTS, { roomId, of }, 'bo');
  expect(gone).toMatchObject({ room: null, _entities: [{ savedMessages: { edges: [] } }] });
});

test('no change discloses anything to somebody who may not see the message', async () => {
  const { id } = await chat.send('ada', await privateRoom('bo'), 'secret');
  const roomId = await chat.openDirect('eve', 'cy');
  const tried = (messageId: string) =>
    Promise.all(
      [
        [EDIT, { input: { messageId, text: 'mine' } }],
        [DELETE, { id: messageId }],
        [REACT, { id: messageId, emoji: '👍', on: true }],
        [PIN, { id: messageId, on: true }],
        [SAVE, { id: messageId, on: true }],
        [FORWARD, { id: messageId, roomId, key: randomUUID() }],
      ].map(async ([query, variables]) =>
        failuresOf(await chat.execute(query as string, variables as never, as('eve'))),
      ),
    );
  const told = await tried(id);
  expect(told).toEqual(await tried(newId('msg')));
  expect(told.flat().map(({ code }) => code)).toEqual(Array(6).fill('MESSAGE_NOT_FOUND'));
});

test('an edit by somebody who is being removed is committed before the removal, or not at all', async () => {
  for (let round = 0; round < 20; round += 1) {
    const roomId = await privateRoom('bo');
    const { id } = await chat.send('bo', roomId, 'first');
    await Promise.all([
      chat.execute(EDIT, { input: { messageId: id, text: 'second' } }, as('bo')),
      chat.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada'),
    ]);
    const rows = await sql<{ type: string }>(
      chat,
      'SELECT type FROM event_record WHERE stream = $1 ORDER BY sequence',
      [`room:${roomId}`],
    );
    const types = rows.map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['chat.ParticipantsChanged', 'chat.SystemMessagePosted']);
  }
});

test('a list of rooms receives only edits and deletions of the messages that it shows', async () => {
  const roomId = await privateRoom('bo');
  const { id } = await chat.send('ada', roomId, 'first');
  const INBOX = (messages: boolean) => `subscription { inboxEvents(messages: ${messages}) {
    __typename ... on RoomStateChanged { room { id lastMessage { text } } }
    ... on MessageEdited { message { text } } ... on MessageDeleted { message { text } } } }`;
  await using list = await chat.subscribe(INBOX(false), {}, as('bo'));
  await using all = await chat.subscribe(INBOX(true), {}, as('bo'));
  await Promise.all([list.atLeast(1), all.atLeast(1)]);
  await react(id, '👍');
  await edit(id, 'second');
  await until(() => JSON.stringify(list.items).includes('second'));
  await chat.ask(DELETE, { id }, 'ada');
  await all.atLeast(4);
  const kinds = all.items.map(({ data }) => data.inboxEvents.__typename);
  expect(kinds).toEqual(['CaughtUp', 'ReactionsChanged', 'MessageEdited', 'MessageDeleted']);
  await until(() => JSON.stringify(list.items.at(-1)).includes('"text":null'));
  expect(new Set(list.items.slice(1).map(({ data }) => data.inboxEvents.__typename))).toEqual(
    new Set(['RoomStateChanged']),
  );
});

test('reactions are counted as they are added and removed, whatever removes them', async () => {
  const roomId = await privateRoom('bo', 'cy', 'eve');
  const [first, second] = [
    await chat.send('ada', roomId, '1'),
    await chat.send('ada', roomId, '2'),
  ];
  const given = async () => {
    for (const { id } of [first, second]) {
      const rows = await sql<{ emoji: string; count: number }>(
        chat,
        `SELECT emoji, count(*)::int AS count FROM message_reaction WHERE message_id = '${id}'
         GROUP BY emoji ORDER BY count(*) DESC, min(reacted_at), emoji`,
      );
      const { reactions, reactionCount } = await read(id);
      const shown = reactions.map(({ emoji, count }: { emoji: string; count: number }) => ({
        emoji,
        count,
      }));
      const byEmoji = (all: readonly { emoji: string }[]) =>
        all.toSorted((a, b) => (a.emoji < b.emoji ? -1 : 1));
      expect(byEmoji(shown)).toEqual(byEmoji(rows));
      expect(reactionCount).toBe(rows.reduce((sum, { count }) => sum + count, 0));
      const counts = reactions.map(({ count }: { count: number }) => count);
      expect(counts).toEqual(counts.toSorted((a: number, b: number) => b - a));
    }
  };
  const people = ['ada', 'bo', 'cy', 'eve'];
  // All at once, each twice, on both.
  await Promise.all(
    people.flatMap((who) =>
      [first, second].flatMap(({ id }) =>
        ['👍', '🎉', '👍'].map((emoji) => react(id, emoji, true, who)),
      ),
    ),
  );
  await given();
  expect((await read(first.id)).reactions[0]).toMatchObject({ count: 4 });
  await Promise.all(['bo', 'cy', 'bo'].map((who) => react(first.id, '🎉', false, who)));
  await given();
  // An erased account takes its own from all messages in one statement; a deleted message takes all of its.
  await sql(chat, `DELETE FROM message_reaction WHERE user_id = '${userIdOf('eve')}'`);
  await given();
  expect((await read(second.id)).reactions).toMatchObject([{ count: 3 }, { count: 3 }]);
  await chat.ask(DELETE, { id: first.id }, 'ada');
  await given();
  expect(
    await sql(chat, `SELECT 1 FROM message_reaction_count WHERE message_id = '${first.id}'`),
  ).toEqual([]);
});

const upload = async (who: string, mediaId = newId('med')) => {
  const file = {
    fileName: 'cat.webp',
    altText: null,
    contentType: 'image/webp',
    byteSize: 9,
    width: 1,
    height: 1,
    url: null,
  };
  await chat.deliver('users.MediaReady', {
    ...{ mediaId, ownerId: userIdOf(who), purpose: 'CHAT_ATTACHMENT', ...file },
  });
  return mediaId;
};
test('a file that its owner deleted can no longer be attached, in whatever order the events arrive', async () => {
  const roomId = await privateRoom('bo');
  const removed = await upload('ada');
  const early = newId('med');
  const owner = { ownerId: userIdOf('ada') };
  await chat.deliver('users.MediaDeleted', { ...owner, mediaId: removed });
  await chat.deliver('users.MediaDeleted', { ...owner, mediaId: early });
  await upload('ada', early);
  const known = () =>
    sql<{ owner_id: string }>(chat, 'SELECT owner_id FROM known_media WHERE id = ANY($1)', [
      [removed, early],
    ]);
  await until(async () => (await known()).filter((one) => one.owner_id === '').length === 2);
  const last = await upload('ada');
  // Whatever was delivered before is handled by then.
  expect(
    (await chat.send('ada', roomId, '', { text: null, attachmentMediaIds: [last] })).id,
  ).toEqual(expect.any(String));
  expect((await known()).map((one) => one.owner_id)).toEqual(['', '']);
});
const ATTACHED = 'query ($id: ID!) { message(id: $id) { text attachments { id } } }';
const attachedTo = async (id: string, who: string) => {
  const { message } = await chat.ask(ATTACHED, { id }, who);
  return (
    message && {
      text: message.text,
      files: message.attachments.map((one: { id: string }) => one.id),
    }
  );
};

test('readers of a message see its files in order, and its files go when it is deleted', async () => {
  const roomId = await privateRoom('bo');
  const [first, second] = [await upload('ada'), await upload('ada')];
  // They were uploaded a moment ago: whoever sends at once waits for the news of it.
  const { id } = await chat.send('ada', roomId, '', {
    text: null,
    attachmentMediaIds: [second, first, second],
  });
  expect(await attachedTo(id, 'bo')).toEqual({ text: '', files: [second, first] });
  expect(await attachedTo(id, 'eve')).toBeNull();
  const other = await privateRoom('cy');
  const forward = { id, roomId: other, key: randomUUID() };
  const { forwardMessage } = await chat.ask(FORWARD, forward, 'ada');
  expect(await attachedTo(forwardMessage.message.id, 'cy')).toEqual({
    text: '',
    files: [second, first],
  });
  const SEARCH = `query ($filter: MessageFilter) { searchMessages(query: "receipt", filter: $filter) { edges { node { id } } } }`;
  const withText = await chat.send('ada', roomId, 'the receipt', { attachmentMediaIds: [first] });
  const without = await chat.send('ada', roomId, 'no receipt');
  for (const [hasAttachment, found] of [
    [true, [withText.id]],
    [false, [without.id]],
  ] as const) {
    const { edges } = (await chat.ask(SEARCH, { filter: { hasAttachment } }, 'bo')).searchMessages;
    expect(edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(found);
  }
  await chat.ask(DELETE, { id }, 'ada');
  expect(await attachedTo(id, 'bo')).toEqual({ text: null, files: [] });
  expect(await sql(chat, `SELECT 1 FROM message_attachment WHERE message_id = '${id}'`)).toEqual(
    [],
  );
});

test("only the author's own uploads for messages can be attached, and a message needs a text or a file", async () => {
  const roomId = await privateRoom('bo');
  const [own, foreign, unknown] = [await upload('ada'), await upload('bo'), newId('med')];
  await until(
    async () => (await sql(chat, `SELECT 1 FROM known_media WHERE id = '${foreign}'`)).length > 0,
  );
  const send = (more: object, clientMessageId = randomUUID()) =>
    chat.execute(SEND, { input: { roomId, clientMessageId, ...more } }, as('ada'));
  const attached = ['input', 'attachmentMediaIds'];
  expect(
    failuresOf(await send({ attachmentMediaIds: [own, foreign, unknown, 'x'] })),
  ).toMatchObject(
    ['1', '2', '3'].map((at) => ({ code: 'MEDIA_NOT_FOUND', path: [...attached, at] })),
  );
  expect(failuresOf(await send({}))).toMatchObject([{ path: ['input', 'text'] }]);
  const many = Array.from({ length: 11 }, () => newId('med'));
  const wrong = failuresOf(await send({ attachmentMediaIds: many }));
  expect(wrong).toContainEqual(expect.objectContaining({ code: 'BAD_USER_INPUT', path: attached }));
  // With another file it is another message under the same client's id.
  const key = randomUUID();
  expect(codesOf(await send({ attachmentMediaIds: [own] }, key))).toEqual([]);
  expect(codesOf(await send({ attachmentMediaIds: [own] }, key))).toEqual([]);
  expect(codesOf(await send({ text: 'x', attachmentMediaIds: [own] }, key))).toEqual([
    'CLIENT_MESSAGE_ID_REUSED',
  ]);
});

const APPEND = `mutation ($input: AppendMessageInput!) { appendToMessage(input: $input) {
  message { text revision final viewerCan } errors { __typename ... on UserError { code path } } } }`;
const append = (
  messageId: string,
  expectedRevision: number,
  text: string,
  more: object = {},
  who = 'ada',
) => chat.execute(APPEND, { input: { messageId, expectedRevision, text, ...more } }, as(who));

test('a message that grows is one message, sent piece by piece, and whole in the end', async () => {
  const roomId = await privateRoom('bo');
  const after = await chat.head('bo', roomId);
  const { id, sequence } = await chat.send('ada', roomId, 'Once', { final: false });
  const FINAL = 'query ($id: ID!) { message(id: $id) { final mentions { __typename } } }';
  expect((await chat.ask(FINAL, { id }, 'bo')).message.final).toBe(false);
  expect(codesOf(await edit(id, 'Never'))).toEqual(['MESSAGE_GROWING']);
  expect(codesOf(await append(id, 1, 'x', {}, 'bo'))).toEqual(['MESSAGE_NOT_OWN']);
  expect((await append(id, 1, ' upon ')).data.appendToMessage.message).toMatchObject({
    ...{ text: 'Once upon ', revision: 2, final: false },
  });
  // Tried again after its answer was lost, it is not said twice, and the client is shown what there is.
  const again = (await append(id, 1, ' upon ')).data.appendToMessage;
  expect(again).toMatchObject({
    errors: [{ __typename: 'EditConflictError' }],
    message: { text: 'Once upon ', revision: 2 },
  });
  expect(
    (await append(id, 2, 'a time, @bo. ', { final: true })).data.appendToMessage.message,
  ).toMatchObject({
    ...{ text: 'Once upon a time, @bo.', revision: 3, final: true },
  });
  expect((await chat.ask(FINAL, { id }, 'bo')).message.mentions).toHaveLength(1);
  expect(codesOf(await append(id, 3, 'x'))).toEqual(['MESSAGE_FINAL']);
  expect(codesOf(await edit(id, 'Twice', 3))).toEqual([]);
  expect((await chat.send('bo', roomId, 'And?')).sequence).toBe(sequence + 1);
  await using stream = await chat.subscribe(
    `subscription ($roomId: ID!, $after: EventCursor) { roomEvents(roomId: $roomId, after: $after) {
      __typename ... on MessageGrew { from message { id text } } } }`,
    { roomId, after },
    as('bo'),
  );
  await stream.atLeast(5);
  expect(eventsOf(stream.items).slice(0, 4)).toMatchObject([
    { __typename: 'MessagePosted' },
    { __typename: 'MessageGrew', from: 4, message: { id } },
    { __typename: 'MessageGrew', from: 10, message: { id } },
    { __typename: 'MessageEdited' },
  ]);
});

test('a few pieces a second are accepted, one of twenty with the same revision, and the final one at any time', async () => {
  const roomId = await privateRoom('bo');
  const { id } = await chat.send('ada', roomId, '0', { final: false });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => append(id, 1, `${at}`)));
  const codes = answers.flatMap(codesOf);
  expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(0);
  expect(answers.filter((answer) => codesOf(answer).length === 0)).toHaveLength(1);
  const { message } = await chat.ask(
    'query ($id: ID!) { message(id: $id) { revision } }',
    { id },
    'ada',
  );
  expect(codesOf(await append(id, message.revision, '', { final: true }))).toEqual([]);
});

test('nothing that was appended is kept in the log, others do not slow its author down, and silence ends it', async () => {
  let now = new Date();
  await using slow = await startChat({ clock: () => now });
  const roomId = await slow.createRoom('ada', {
    kind: 'PRIVATE',
    name: 'x',
    participantIds: [userIdOf('bo')],
  });
  const { id: stuck } = await slow.send('ada', roomId, 'Never', { final: false });
  now = new Date(now.getTime() + 1_000);
  const { id } = await slow.send('ada', roomId, 'Listen', { final: false });
  const input = { messageId: id, expectedRevision: 1, text: ', secretly @bo' };
  const byBo = await Promise.all(
    Array.from({ length: 9 }, () => slow.execute(APPEND, { input }, as('bo'))),
  );
  expect(new Set(byBo.flatMap(codesOf))).toEqual(new Set(['MESSAGE_NOT_OWN']));
  expect(codesOf(await slow.execute(APPEND, { input }, as('ada')))).toEqual([]);
  const LOGGED = `SELECT payload FROM event_record WHERE type = 'chat.MessageGrew' ORDER BY sequence`;
  expect(JSON.stringify(await sql(slow, LOGGED))).not.toContain('secretly');
  expect(codesOf(await slow.execute(FORWARD, { id, roomId, key: randomUUID() }, as('bo')))).toEqual(
    ['MESSAGE_GROWING'],
  );
  // One that cannot be ended, and waits longer, holds up no other.
  await sql(
    slow,
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'No.'; END $$`,
  );
  await sql(
    slow,
    `CREATE TRIGGER refuse BEFORE UPDATE ON message FOR EACH ROW
     WHEN (OLD.id = '${stuck}') EXECUTE FUNCTION refuse()`,
  );
  now = new Date(now.getTime() + 11 * 60_000);
  const ended = await until(async () => (await sql<{ payload: object }>(slow, LOGGED))[1]);
  expect(ended.payload).toMatchObject({
    ...{ isFinal: true, mentioned: [userIdOf('bo')], excerpt: 'Listen, secretly @bo' },
  });
});

const EMBEDDED = `query ($id: ID!) { message(id: $id) {
  embeds { ... on EntityEmbed { entityId entity { __typename id } } } } }`;

test('things are shown with a message by their ids, handed on with it, and go when it does', async () => {
  const roomId = await chat.openDirect('ada', 'bo');
  const other = await chat.openDirect('bo', 'cy');
  const [product, seller] = [newId('prd'), newId('sel')];
  const embedEntityIds = [product, seller, product];
  const { id } = await chat.send('ada', roomId, '', { embedEntityIds });
  const shown = async (messageId: string, who: string) =>
    (await chat.ask(EMBEDDED, { id: messageId }, who)).message.embeds;
  // Of what they are chat says nothing: the identity subgraph does.
  const both = [product, seller].map((entityId) => ({
    ...{ entityId, entity: { __typename: 'Shareable', id: entityId } },
  }));
  expect(await shown(id, 'bo')).toEqual(both);
  const { forwardMessage } = await chat.ask(
    FORWARD,
    { id, roomId: other, key: randomUUID() },
    'bo',
  );
  expect(await shown(forwardMessage.message.id, 'cy')).toEqual(both);
  const reply = await chat.send('bo', roomId, 'this?', {
    threadOfId: id,
    embedEntityIds: [seller],
  });
  expect(await shown(reply.id, 'ada')).toEqual(both.slice(1));
  // Whoever takes their data with them takes along what they showed.
  expect(erasure.belonging).toContainEqual({
    ...{ table: 'message_embed', key: 'message_id', to: 'message' },
  });
  await chat.ask(DELETE, { id }, 'ada');
  expect(await shown(id, 'bo')).toEqual([]);
  expect(await sql(chat, 'SELECT 1 FROM message_embed WHERE message_id = $1', [id])).toEqual([]);

  const input = { roomId, clientMessageId: randomUUID(), text: 'Look' };
  const sendWith = async (ids: string[]) =>
    failuresOf(await chat.execute(SEND, { input: { ...input, embedEntityIds: ids } }, as('ada')));
  const path = ['input', 'embedEntityIds'];
  expect(await sendWith([product, 'nothing', userIdOf('bo'), newId('ord')])).toMatchObject(
    ['1', '2', '3'].map((at) => ({ code: 'NOT_SHAREABLE', path: [...path, at] })),
  );
  expect(await sendWith(Array.from({ length: 6 }, () => newId('prd')))).toMatchObject([
    { code: 'BAD_USER_INPUT', path },
  ]);
  // What is shown is a part of what was sent under its id.
  expect(await sendWith([product])).toEqual([]);
  expect(await sendWith([seller])).toMatchObject([{ code: 'CLIENT_MESSAGE_ID_REUSED' }]);
});
