import {
  type Answer,
  as,
  type Collected,
  eventsIn,
  marksOf,
  sql,
  until,
  userIdOf,
  wholeSubscription,
} from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADD,
  DELETE,
  EDIT,
  JOIN,
  LEAVE,
  PIN,
  REACT,
  REMOVE,
  ROOM_EVENTS,
  startChat,
  type TestChat,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const TYPING = `subscription ($roomId: ID!) { typing(roomId: $roomId) { room { id } users { id } } }`;
const SET_TYPING = `mutation ($roomId: ID!, $on: Boolean!) {
  setTyping(roomId: $roomId, on: $on) { errors { __typename ... on UserError { code } } } }`;
const [bo, cy] = [userIdOf('bo'), userIdOf('cy')];

const privateRoom = (...names: string[]) =>
  chat.createRoom('ada', { kind: 'PRIVATE', name: 'Parlour', participantIds: names.map(userIdOf) });
const remove = (roomId: string, name: string) =>
  chat.ask(REMOVE, { roomId, userId: userIdOf(name) }, 'ada');
const type = (who: string, roomId: string, on: boolean) =>
  chat.ask(SET_TYPING, { roomId, on }, who);
const kindsOf = ({ items }: Collected<Answer>): string[] =>
  items.map(({ data }) => data.roomEvents.__typename);
/** Where a room's stream stands. */
async function headPosition(roomId: string): Promise<number> {
  await using stream = await chat.listen(ROOM_EVENTS, { roomId }, as('ada'));
  await stream.atLeast(1);
  return Number(marksOf(stream.items)[0]?.position);
}
/** The bytes of each answer that a client would see. */
const answersIn = ({ items }: Collected<Answer>) =>
  items.flatMap(({ data, errors }) => (data ? [JSON.stringify({ data, errors })] : []));

test("marks give the position of each item, and where the viewer's stream becomes everybody's", async () => {
  const roomId = await privateRoom('bo');
  const after = await chat.head('bo', roomId);
  await chat.send('ada', roomId, 'before');
  await using mine = await chat.listen(ROOM_EVENTS, { roomId, after }, as('bo'));
  await mine.atLeast(2);
  await chat.send('ada', roomId, 'after');
  await mine.atLeast(3);
  const [first, caughtUp, last] = marksOf(mine.items);
  expect(kindsOf(mine)).toEqual(['MessagePosted', 'CaughtUp', 'MessagePosted']);
  const position = Number(first?.position);
  expect(position).toBeGreaterThan(0);
  expect(caughtUp).toEqual({ position, shared: true });
  expect(last).toEqual({ position: position + 1 });
});

test('without asking for marks there are none', async () => {
  const roomId = await privateRoom('bo');
  const after = await chat.head('ada', roomId);
  await chat.send('ada', roomId, 'hello');
  await using events = await chat.subscribe(ROOM_EVENTS, { roomId, after }, as('bo'));
  await using typing = await chat.subscribe(TYPING, { roomId }, as('bo'));
  await events.atLeast(2);
  await type('ada', roomId, true);
  await typing.atLeast(1);
  for (const answer of [...events.items, ...typing.items]) {
    expect(Object.keys(answer)).toEqual(['data']);
  }
});

describe('the shared stream is byte for byte what a participant sees', () => {
  const documents = () => [ROOM_EVENTS, wholeSubscription(chat.subgraph.schema, 'roomEvents', 7)];

  test.each(['PRIVATE', 'PUBLIC'])(
    'live, with an event of each kind, in a %s room',
    async (kind) => {
      const room = { kind, name: 'Parlour', topic: 'Tea', participantIds: [bo] };
      const roomId = await chat.createRoom('ada', room);
      const both = await Promise.all(
        documents().flatMap((document) => [
          chat.listen(document, { roomId }, as('ada')),
          chat.listen(document, { roomId }, 'everybody'),
        ]),
      );
      let answered = '';
      const steps = [
        async () => {
          answered = (await chat.send('ada', roomId, 'hello')).id;
        },
        () => chat.readAll('bo', roomId),
        () => chat.send('bo', roomId, 'hello yourself', { replyToId: answered }),
        () => chat.ask(EDIT, { input: { messageId: answered, text: 'good day' } }, 'ada'),
        () => chat.ask(REACT, { id: answered, emoji: '👍', on: true }, 'bo'),
        () => chat.ask(PIN, { id: answered, on: true }, 'ada'),
        () => chat.ask(DELETE, { id: answered }, 'ada'),
        () =>
          kind === 'PUBLIC'
            ? chat.ask(JOIN, { id: roomId }, 'cy')
            : chat.ask(ADD, { roomId, userIds: [cy] }, 'ada'),
        () => chat.ask(LEAVE, { id: roomId }, 'cy'),
        () => remove(roomId, 'bo'),
      ];
      // What a room tells of itself comes besides: of pins, and in a private room of who comes and goes.
      const told = kind === 'PUBLIC' ? [5] : [5, 7, 8, 9];
      let due = 0;
      for (const [index, step] of steps.entries()) {
        await step();
        due += told.includes(index) ? 2 : 1;
        // Rooms are shown as they are now, which has to be the same for both.
        for (const stream of both) await stream.find(() => eventsIn(stream.items).length >= due);
      }
      for (let index = 0; index < both.length; index += 2) {
        const received = eventsIn(both[index]?.items ?? []);
        expect(eventsIn(both[index + 1]?.items ?? [])).toEqual(received);
        expect(received).toHaveLength(due);
        expect(received.join()).not.toContain('"errors"');
      }
      const inPrivate = kind === 'PUBLIC' ? [] : ['MessagePosted'];
      expect(both[0] && kindsOf(both[0])).toEqual([
        'CaughtUp',
        'MessagePosted',
        'ReadMoved',
        'MessagePosted',
        'MessageEdited',
        'ReactionsChanged',
        'MessagePosted',
        'PinChanged',
        'MessageDeleted',
        ...['ParticipantsChanged', ...inPrivate],
        ...['ParticipantsChanged', ...inPrivate],
        ...['ParticipantsChanged', ...inPrivate],
      ]);
      for (const stream of both) await stream.stop();
    },
  );

  test('replayed', async () => {
    const roomId = await privateRoom('bo');
    const after = await chat.head('ada', roomId);
    for (const text of ['one', 'two', 'three']) await chat.send('bo', roomId, text);
    for (const document of documents()) {
      await using mine = await chat.listen(document, { roomId, after }, as('bo'));
      await using everybodys = await chat.listen(document, { roomId, after }, 'everybody');
      await Promise.all([mine.atLeast(4), everybodys.atLeast(4)]);
      expect(eventsIn(everybodys.items)).toEqual(eventsIn(mine.items));
      expect(eventsIn(mine.items)).toHaveLength(3);
    }
  });

  test('who is writing', async () => {
    const roomId = await privateRoom('bo', 'cy');
    const whole = wholeSubscription(chat.subgraph.schema, 'typing', 6);
    await using mine = await chat.listen(whole, { roomId }, as('cy'));
    await using everybodys = await chat.listen(whole, { roomId }, 'everybody');
    await Promise.all([mine.atLeast(1), everybodys.atLeast(1)]);
    for (const [index, [who, on]] of (
      [
        ['ada', true],
        ['bo', true],
        ['ada', false],
      ] as const
    ).entries()) {
      await type(who, roomId, on);
      await mine.atLeast(index + 2);
      await everybodys.atLeast(index + 2);
    }
    expect(answersIn(everybodys)).toEqual(answersIn(mine));
    expect(answersIn(mine)).toHaveLength(3);
    expect(answersIn(mine).join()).not.toContain('"errors"');
  });
});

describe('whose access may have ended is said before the event, and nobody else is named', () => {
  test('who leaves or is removed; not who comes', async () => {
    const roomId = await privateRoom('bo', 'cy');
    await using stream = await chat.listen(ROOM_EVENTS, { roomId }, 'everybody');
    await stream.atLeast(1);
    await chat.send('bo', roomId, 'bye');
    await chat.ask(LEAVE, { id: roomId }, 'bo');
    await remove(roomId, 'cy');
    await chat.ask(ADD, { roomId, userIds: [bo] }, 'ada');
    await stream.atLeast(10);
    expect(kindsOf(stream)).toEqual([
      'CaughtUp',
      'MessagePosted',
      ...['StreamReset', 'ParticipantsChanged', 'MessagePosted'],
      ...['StreamReset', 'ParticipantsChanged', 'MessagePosted'],
      ...['ParticipantsChanged', 'MessagePosted'],
    ]);
    const [start, ...marks] = marksOf(stream.items);
    const after = (count: number) => Number(start?.position) + count;
    expect(start).toEqual({ position: after(0) });
    expect(marks).toEqual([
      { position: after(1) },
      { position: after(2), reauthorise: [bo] },
      { position: after(2) },
      { position: after(3) },
      { position: after(4), reauthorise: [cy] },
      { position: after(4) },
      ...[5, 6, 7].map((count) => ({ position: after(count) })),
    ]);
    const [, posted, reset] = stream.items.map(({ data }) => data.roomEvents);
    expect(reset).toMatchObject({ reason: 'ACCESS_CHANGED', cursor: posted.cursor });
  });

  test('of those who watch others write', async () => {
    const roomId = await privateRoom('bo');
    const position = await headPosition(roomId);
    await using mine = await chat.listen(TYPING, { roomId }, as('ada'));
    await using everybodys = await chat.listen(TYPING, { roomId }, 'everybody');
    await Promise.all([mine.atLeast(1), everybodys.atLeast(1)]);
    await remove(roomId, 'bo');
    await everybodys.atLeast(2);
    await type('ada', roomId, true);
    await Promise.all([mine.atLeast(2), everybodys.atLeast(3)]);
    expect(marksOf(mine.items)).toEqual([{ position, shared: true }, undefined]);
    expect(marksOf(everybodys.items)).toEqual([
      { position },
      { position: position + 1, reauthorise: [bo] },
      undefined,
    ]);
    const hasData = ({ items }: Collected<Answer>) => items.map(({ data }) => data !== undefined);
    expect(hasData(mine)).toEqual([false, true]);
    expect(hasData(everybodys)).toEqual([false, false, true]);
  });

  test('of everybody, where events are gone that nobody can read any more', async () => {
    const roomId = await privateRoom('bo');
    const position = await headPosition(roomId);
    await using events = await chat.listen(ROOM_EVENTS, { roomId }, 'everybody');
    await using typing = await chat.listen(TYPING, { roomId }, 'everybody');
    await Promise.all([events.atLeast(1), typing.atLeast(1)]);
    await sql(
      chat,
      `WITH pruned AS (DELETE FROM event_record WHERE stream = $1)
       UPDATE event_stream SET sequence = sequence + 3 WHERE stream = $1`,
      [`room:${roomId}`],
    );
    for (const stream of [events, typing]) {
      await stream.atLeast(2);
      expect(marksOf(stream.items)).toEqual([
        { position },
        { position: position + 3, reauthorise: 'everyone' },
      ]);
    }
    expect(events.items[1]?.data.roomEvents.reason).toBe('ACCESS_CHANGED');
    expect(typing.items[1]?.data).toBeUndefined();
  });
});

test("the viewer's own events are not in the shared stream", async () => {
  const roomId = await privateRoom('bo');
  const OWN = `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
    ... on MessagePosted {
      message { text author { presence { status } } room { name viewerState { unreadCount } } } } } }`;
  await using everybodys = await chat.listen(OWN, { roomId }, 'everybody');
  await using mine = await chat.listen(OWN, { roomId }, as('bo'));
  await Promise.all([everybodys.atLeast(1), mine.atLeast(1)]);
  await chat.send('ada', roomId, 'hello');
  const [, answer] = await everybodys.atLeast(2);
  const { message } = answer?.data.roomEvents ?? {};
  expect(message.room).toEqual({ name: 'Parlour', viewerState: null });
  expect(message.author).toEqual({ presence: null });
  expect(answer?.errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED']);
  const [, own] = await mine.atLeast(2);
  expect(own?.data.roomEvents.message.room.viewerState).toEqual({ unreadCount: 1 });
  expect(own?.data.roomEvents.message.author).toEqual({ presence: { status: 'OFFLINE' } });
});

test('a request on behalf of everybody sees no more rooms than somebody without an account', async () => {
  const [roomId, secret] = [await privateRoom('bo'), await privateRoom('cy')];
  const READ = `query ($id: ID!, $of: [_Any!]!) { room(id: $id) { name }
    _entities(representations: $of) { ... on Room { name } } }`;
  for (const id of [roomId, secret]) {
    const answer = await chat.subgraph.execute({
      query: READ,
      variables: { id, of: [{ __typename: 'Room', id }] },
      identity: { viewer: null, requestId: 'test', shared: true },
    });
    expect(answer.data).toEqual({ room: null, _entities: [null] });
  }
});

test('streams of one viewer’s choice are not for everybody', async () => {
  const PRESENCE = 'subscription ($userIds: [ID!]!) { presence(userIds: $userIds) { userId } }';
  const shared = chat.listen(PRESENCE, { userIds: [bo] }, 'everybody');
  await expect(shared).rejects.toThrow('UNAUTHENTICATED');
  await using own = await chat.listen(PRESENCE, { userIds: [bo] }, as('ada'));
  await until(() => own.items.length > 0);
  expect(marksOf(own.items).filter((mark) => mark?.shared)).toEqual([]);
});
