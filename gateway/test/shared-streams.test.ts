import { DomainError } from '@souk/runtime/domain';
import { sized, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { planningUnavailable } from './support/planning-unavailable.ts';
import { openSocket, type TestSocket } from './support/sockets.ts';
import { BROKEN_POSTER, HALL, type Halls, PUBLIC_POSTER, startHalls } from './support/toy-halls.ts';

const EVENTS = `subscription ($hall: ID!, $after: EventCursor) {
  hallEvents(hallId: $hall, after: $after) {
    __typename
    ... on Said { text author { name } }
    ... on StreamReset { reason }
  }
}`;
const WITH_NOTES = `subscription ($hall: ID!, $loud: Boolean) {
  hallEvents(hallId: $hall) { ... on Said { text hall { ...Hall } } } }
  fragment Hall on Hall { id title note(loud: $loud) }`;

const viewers = (count: number) => Array.from({ length: count }, (_, index) => `usr_${index}`);

async function sockets(halls: Halls, userIds: readonly string[]) {
  const opened = await Promise.all(
    userIds.map(async (userId) =>
      openSocket(halls.wsUrl, { authorization: `Bearer ${await halls.token(userId)}` }),
    ),
  );
  return Object.assign(opened, {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((socket) => socket[Symbol.asyncDispose]()));
    },
  });
}

/** Subscribes on each socket, and waits until the stream is shared by all. */
async function followAll(
  halls: Halls,
  opened: readonly TestSocket[],
  query = EVENTS,
  variables: Record<string, unknown> = { hall: HALL },
) {
  const streams = opened.map((socket) => socket.subscribe(query, variables));
  await until(() => halls.open.own === 0 && halls.open.shared === 1);
  return streams;
}

const textsOf = (payloads: readonly Record<string, unknown>[]) =>
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an event is its own affair.
  payloads.flatMap(({ data }: any) => data?.hallEvents.text ?? []);

test.each([1, 2, sized({ suite: 500, soak: 5_000 })])(
  '%i viewers of a hall cost one upstream and one fetch per event',
  async (count) => {
    await using halls = await startHalls();
    await using opened = await sockets(halls, viewers(count));
    const streams = await followAll(halls, opened);
    halls.asked.length = 0;
    for (const text of ['a', 'b', 'c']) halls.say(text);
    for (const stream of streams) {
      const payloads = await stream.atLeast(4);
      expect(textsOf(payloads)).toEqual(['a', 'b', 'c']);
      expect(payloads.at(-1)).toEqual({
        data: {
          hallEvents: { __typename: 'Said', text: 'c', author: { name: 'name of author of c' } },
        },
        extensions: { cursor: '3' },
      });
    }
    expect(halls.open).toEqual({ own: 0, shared: 1 });
    expect(halls.asked).toHaveLength(3);
    expect(new Set(halls.asked.map(({ userId }) => userId))).toEqual(new Set([null]));
  },
);

test("each viewer gets their own fields, and never another's", async () => {
  await using halls = await startHalls();
  const userIds = viewers(5);
  await using opened = await sockets(halls, userIds);
  const streams = await followAll(halls, opened, WITH_NOTES, { hall: HALL, loud: true });
  halls.asked.length = 0;
  halls.say('a');
  for (const [index, stream] of streams.entries()) {
    const [, event] = await stream.atLeast(2);
    expect(event).toEqual({
      data: {
        hallEvents: {
          text: 'a',
          hall: { id: HALL, title: 'Great Hall', note: `FOR ${userIds[index]}` },
        },
      },
      extensions: { cursor: '1' },
    });
  }
});

test.each([2, 300])('the own fields of %i viewers are asked for in one request', async (count) => {
  await using halls = await startHalls({ served: true });
  const userIds = viewers(count);
  await using opened = await sockets(halls, userIds);
  const streams = await followAll(halls, opened, WITH_NOTES);
  halls.requests.count = 0;
  halls.say('a');
  for (const [index, stream] of streams.entries()) {
    const [, event] = await stream.atLeast(2);
    expect(event?.data.hallEvents.hall.note).toBe(`for ${userIds[index]}`);
  }
  expect(halls.requests.count).toBe(1);
});

test('restricted fields are completed for each viewer apart', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(2));
  const query = `subscription ($hall: ID!) { hallEvents(hallId: $hall) {
    ... on Said { text draft { title } } } }`;
  const streams = await followAll(halls, opened, query);
  halls.say('plain');
  halls.say('secret', { draftId: 'drf_1' });
  halls.say('after');
  for (const [index, stream] of streams.entries()) {
    const [, ...said] = await stream.atLeast(4);
    expect(said.map(({ data }) => data.hallEvents)).toEqual([
      { text: 'plain', draft: null },
      { text: 'secret', draft: { title: `drf_1 as usr_${index} sees it` } },
      { text: 'after', draft: null },
    ]);
  }
});

test.each([2, 40])(
  '%i viewers of one shared thing see the same, missing or failed too, and it is fetched once',
  async (count) => {
    await using halls = await startHalls();
    await using opened = await sockets(halls, viewers(count));
    const query = `subscription ($hall: ID!) { hallEvents(hallId: $hall) {
      ... on Said { text shown { id ... on Poster { title } } } } }`;
    const streams = await followAll(halls, opened, query);
    halls.asked.length = 0;
    const shown = [PUBLIC_POSTER, 'pst_secret', BROKEN_POSTER];
    for (const draftId of shown) halls.say(draftId, { draftId });
    for (const stream of streams) {
      const [, ...said] = await stream.atLeast(4);
      expect(said.map(({ data }) => data.hallEvents)).toEqual([
        {
          text: PUBLIC_POSTER,
          shown: { id: PUBLIC_POSTER, title: `${PUBLIC_POSTER} as anybody sees it` },
        },
        { text: 'pst_secret', shown: null },
        { text: BROKEN_POSTER, shown: null },
      ]);
      expect(
        said.map(({ errors }) => errors?.map(({ path }: { path: unknown[] }) => path.slice(0, 2))),
      ).toEqual([undefined, undefined, [['hallEvents', 'shown']]]);
    }
    expect(halls.asked).toHaveLength(shown.length);
  },
);

test('a detached subscriber gets the reason and nothing more; the others continue', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(3));
  const streams = await followAll(halls, opened);
  halls.say('before');
  halls.sendAway('usr_1');
  halls.say('after');
  const [stays, leaves, alsoStays] = streams as [never, never, never] as typeof streams;
  await leaves?.completed();
  expect(
    (await (leaves as (typeof streams)[0]).atLeast(3)).map(({ data }) => data.hallEvents),
  ).toEqual([
    { __typename: 'CaughtUp' },
    { __typename: 'Said', text: 'before', author: { name: 'name of author of before' } },
    { __typename: 'StreamReset', reason: 'ACCESS_CHANGED' },
  ]);
  for (const stream of [stays, alsoStays] as typeof streams) {
    expect(textsOf(await stream.atLeast(4))).toEqual(['before', 'usr_1 left', 'after']);
  }
});

/** However a subgraph calls it: a no is a no, at once, and the stream completes without an error. */
test.each([
  ['NOT_FOUND', 'HALL_NOT_FOUND'],
  ['FORBIDDEN', 'HALL_NOT_JOINED'],
  ['FORBIDDEN', 'GUEST_EXPELLED'],
  ['UNAUTHENTICATED', 'WHO_ARE_YOU'],
] as const)(
  'a refusal of category %s with code %s ends the stream of the detached subscriber',
  async (category, code) => {
    const asked: string[] = [];
    const refusal = () => {
      asked.push(code);
      return new DomainError(code, category, 'No.');
    };
    await using halls = await startHalls({ refusal });
    await using opened = await sockets(halls, viewers(2));
    const [stays, leaves] = await followAll(halls, opened);
    halls.sendAway('usr_1');
    await leaves?.completed();
    expect((await leaves?.atLeast(2))?.map(({ data }) => data.hallEvents)).toEqual([
      { __typename: 'CaughtUp' },
      { __typename: 'StreamReset', reason: 'ACCESS_CHANGED' },
    ]);
    expect(textsOf((await stays?.atLeast(2)) ?? [])).toEqual(['usr_1 left']);
    expect(asked).toEqual([code]);
  },
);

test('a viewer whose access is confirmed does not notice that it was checked', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(2));
  const streams = await followAll(halls, opened);
  halls.sendAway('usr_9');
  halls.say('a');
  for (const stream of streams) {
    expect(textsOf(await stream.atLeast(3))).toEqual(['usr_9 left', 'a']);
  }
  expect(halls.open).toEqual({ own: 0, shared: 1 });
});

test('a later subscriber gets what follows their cursor once, then the live events', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(2));
  const [early, late] = opened as unknown as [TestSocket, TestSocket];
  const [first] = await followAll(halls, [early]);
  for (const text of ['a', 'b', 'c']) halls.say(text);
  await first?.atLeast(4);
  const second = late.subscribe(EVENTS, { hall: HALL, after: '1' });
  await second.atLeast(3);
  await until(() => halls.open.own === 0);
  halls.say('d');
  const payloads = await second.atLeast(4);
  expect(textsOf(payloads)).toEqual(['b', 'c', 'd']);
  expect(payloads.filter(({ data }) => data.hallEvents.__typename === 'CaughtUp')).toHaveLength(1);
  expect(halls.open).toEqual({ own: 0, shared: 1 });
});

test.each([0, 10])(
  'while many subscribe nobody misses or repeats anything, with fetches of %i ms',
  async (slowlyMs) => {
    await using halls = await startHalls({ slowlyMs });
    await using opened = await sockets(halls, viewers(30));
    let said = 0;
    const talk = setInterval(() => {
      said += 1;
      halls.say(String(said));
    }, 3);
    const streams = [];
    for (const [index, socket] of opened.entries()) {
      streams.push(socket.subscribe(EVENTS, { hall: HALL, after: '0' }));
      if (index % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until(() => said >= 200);
    clearInterval(talk);
    for (const stream of streams) {
      const expected = Array.from({ length: said }, (_, index) => String(index + 1));
      expect(textsOf(await stream.atLeast(said + 1))).toEqual(expected);
    }
  },
);

test('events during a replay are sent after it', async () => {
  await using halls = await startHalls({ slowlyMs: 50 });
  await using opened = await sockets(halls, viewers(1));
  for (const text of ['a', 'b']) halls.say(text);
  const stream = opened[0]?.subscribe(EVENTS, { hall: HALL, after: '0' });
  await until(() => halls.asked.length > 0);
  for (const text of ['c', 'd']) halls.say(text);
  await until(() => halls.open.own === 0);
  halls.say('e');
  expect(textsOf((await stream?.atLeast(6)) ?? [])).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a cursor that must be given may be given: events are sent all the same', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(2));
  const query = `subscription ($hall: ID!, $after: EventCursor!) {
    hallEvents(hallId: $hall, after: $after) { ... on Said { text } } }`;
  const streams = await followAll(halls, opened, query, { hall: HALL, after: '0' });
  halls.say('a');
  for (const stream of streams) {
    const [, event] = await stream.atLeast(2);
    expect(event).toEqual({ data: { hallEvents: { text: 'a' } }, extensions: { cursor: '1' } });
  }
});

test('viewer fields in several fragments are completed as one selection', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(1));
  const query = `subscription ($hall: ID!) { hallEvents(hallId: $hall) {
    ... on Said { text hall { ...Title ...Note ...Loud } } } }
    fragment Title on Hall { title card { mine } }
    fragment Note on Hall { note card { yours } }
    fragment Loud on Hall { loud: note(loud: true) unseen: note @include(if: false) }`;
  const [stream] = await followAll(halls, opened, query);
  halls.say('a');
  const [, event] = (await stream?.atLeast(2)) ?? [];
  expect(event?.data.hallEvents).toEqual({
    text: 'a',
    hall: {
      title: 'Great Hall',
      card: { mine: 'usr_0', yours: 'of usr_0' },
      note: 'for usr_0',
      loud: 'FOR usr_0',
    },
  });
});

test('a subgraph that fails to say whether somebody may stay is asked again', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(2));
  const streams = await followAll(halls, opened);
  halls.failNext(2);
  halls.reauthorise('usr_1');
  halls.say('a');
  for (const stream of streams) expect(textsOf(await stream.atLeast(3))).toContain('a');
  await until(() => halls.open.own === 0);
});

test('a reopened momentary stream continues, and reauthorises its subscribers', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(2));
  const TYPING = 'subscription ($hall: ID!) { typing(hallId: $hall) { names } }';
  const streams = await followAll(halls, opened, TYPING);
  // Sent away while nobody tells it: what is not replayed says only where it stands when it opens.
  halls.sendAwaySilently('usr_1');
  halls.cutTyping();
  await streams[1]?.error();
  await until(() => halls.open.shared === 1 && halls.open.own === 0);
  halls.type('ada');
  expect((await streams[0]?.atLeast(1))?.at(-1)?.data.typing.names).toBe('ada');
});

test('the last to leave closes the upstream', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(2));
  const streams = await followAll(halls, opened);
  streams[0]?.stop();
  opened[1]?.terminate();
  await until(() => halls.open.shared === 0);
  expect(halls.open).toEqual({ own: 0, shared: 0 });
});

test('when the upstream ends, each subscriber continues from their own cursor', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(3));
  const streams = await followAll(halls, opened);
  halls.say('a');
  for (const stream of streams) await stream.atLeast(2);
  halls.cut();
  halls.say('b');
  for (const stream of streams) expect(textsOf(await stream.atLeast(3))).toEqual(['a', 'b']);
});

test('a later subscriber of a momentary stream gets the newest event', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, viewers(3));
  const TYPING = 'subscription ($hall: ID!) { typing(hallId: $hall) { names } }';
  const [one, two, three] = opened as unknown as [TestSocket, TestSocket, TestSocket];
  const streams = await followAll(halls, [one, two], TYPING);
  halls.type('ada');
  halls.type('ada, bo');
  for (const stream of streams) {
    expect((await stream.atLeast(2)).map(({ data }) => data.typing.names)).toEqual([
      'ada',
      'ada, bo',
    ]);
  }
  const late = three.subscribe(TYPING, { hall: HALL });
  expect((await late.atLeast(1)).map(({ data }) => data.typing.names)).toEqual(['ada, bo']);
  expect(halls.open.shared).toBe(1);
});

test('an operation that could not be split at first is shared by later subscribers', async () => {
  await using halls = await startHalls();
  await using opened = await sockets(halls, ['usr_1', 'usr_2']);
  // What is each viewer's own is asked for by an operation of its own, which finds no planning thread.
  const planning = planningUnavailable(
    1,
    (task) => task?.kind === 'plan' && /nodes\(ids:/.test(task.operation.text),
  );
  const [first, second] = [...opened] as [TestSocket, TestSocket];
  const alone = first.subscribe(WITH_NOTES, { hall: HALL });
  await until(() => planning.refused === 1);
  halls.say('a');
  expect(textsOf(await alone.atLeast(2))).toEqual(['a']);
  expect(halls.open).toEqual({ own: 1, shared: 0 });
  const later = second.subscribe(WITH_NOTES, { hall: HALL });
  await until(() => halls.open.shared === 1 && halls.open.own === 1);
  halls.say('b');
  expect(textsOf(await later.atLeast(2))).toEqual(['b']);
  expect(textsOf(await alone.atLeast(3))).toEqual(['a', 'b']);
});
