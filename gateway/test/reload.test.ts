import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { inProcessBackplane } from './support/in-process-backplane.ts';
import { openSocket } from './support/sockets.ts';
import { startOnFile } from './support/start-on-file.ts';
import { tokenFor } from './support/start-toy.ts';
import { ADA, ROOM } from './support/toy-shop.ts';

const PUBLIC = 'whoAsks: String @join__field(graph: PEOPLE)';
const PRIVATE = `${PUBLIC} @authenticated`;

/** What may change in the file alone, and what a client then sees of it. */
const CHANGES = [
  {
    what: 'a field that asks to be signed in',
    before: PUBLIC,
    after: PRIVATE,
    query: '{ whoAsks }',
  },
  {
    what: 'a field that is open again',
    before: 'me: User @join__field(graph: PEOPLE) @authenticated',
    after: 'me: User @join__field(graph: PEOPLE)',
    query: '{ me { name } }',
  },
  {
    what: 'a field that asks for a scope',
    before: PUBLIC,
    after: `${PUBLIC} @requiresScopes(scopes: [["users:read"]])`,
    query: '{ whoAsks }',
  },
  {
    what: 'a field that asks for no scope any more',
    before: 'salary: Int! @join__field(graph: PEOPLE) @requiresScopes(scopes: [["users:read"]])',
    after: 'salary: Int! @join__field(graph: PEOPLE)',
    query: `{ user(id: "${ADA}") { salary } }`,
  },
  {
    what: 'a type that asks to be signed in',
    before: '  @join__type(graph: ROOMS, key: "id")\n{\n  id: ID!\n  title',
    after: '  @join__type(graph: ROOMS, key: "id")\n  @authenticated\n{\n  id: ID!\n  title',
    query: `{ room(id: "${ROOM}") { title } }`,
  },
  {
    what: 'the length of a list',
    before: '@listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)',
    after: '@listSize(assumedSize: 5000)',
    query: `{ user(id: "${ADA}") { friends { name } } }`,
  },
  {
    what: 'a weight',
    before: PUBLIC,
    after: `${PUBLIC} @cost(weight: 9000)`,
    query: '{ whoAsks }',
  },
  {
    what: 'a description',
    before: `  ${PUBLIC}`,
    after: `  "Who is asking."\n  ${PUBLIC}`,
    query: '{ __type(name: "Query") { fields { description } } }',
  },
];

test.each(CHANGES)(
  '$what takes effect without a restart, and can be removed again',
  async (change) => {
    const { post, put } = await startOnFile();
    const seen = async () => JSON.stringify((await post(change.query)).body);
    const at = await seen();
    // The second time, the answer comes by what is remembered of the operation.
    expect(await seen()).toBe(at);
    put(change.before, change.after);
    await until(async () => (await seen()) !== at);
    put(change.after, change.before);
    await until(async () => (await seen()) === at);
  },
);

test('a stream of something that became private ends, and one with a part that became private loses that part', async () => {
  const { toy, wsUrl, put } = await startOnFile();
  await using socket = await openSocket(wsUrl);
  const whole = socket.subscribe('subscription { ticks }');
  const events = socket.subscribe(
    'subscription { notes { __typename ... on Said { text author { name } } } }',
  );
  await events.atLeast(1);
  toy.log.say('hello', ADA);
  expect((await events.atLeast(2))[1]?.data.notes.author).toEqual({ name: 'Ada' });
  put(
    '  name: String! @join__field(graph: PEOPLE)',
    '  name: String! @join__field(graph: PEOPLE) @authenticated',
  );
  await until(async () => {
    toy.log.say('again', ADA);
    const last = (await events.atLeast(3)).at(-1);
    return last?.errors?.[0]?.extensions.code === 'UNAUTHENTICATED';
  });
  put('ticks: Int!', 'ticks: Int! @authenticated');
  expect((await whole.error())[0]?.extensions.code).toBe('SUBSCRIPTION_SCHEMA_CHANGED');
});

test('a stream that was admitted while the supergraph was replaced runs by the new one', async () => {
  const backplane = inProcessBackplane();
  const { pubsub } = backplane;
  let isAdmitted = false;
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  // Between being admitted and running, a stream waits until ended sessions are listened for.
  const subscribe: typeof pubsub.subscribe = async (...topic) => {
    isAdmitted = true;
    await gate;
    return pubsub.subscribe(...topic);
  };
  const { url, put, lines } = await startOnFile({
    backplane: { ...backplane, pubsub: { ...pubsub, subscribe } },
  });
  const stream = fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${await tokenFor(ADA)}`,
    },
    body: JSON.stringify({ query: 'subscription { ticks }' }),
  });
  await until(() => isAdmitted);
  put('ticks: Int!', 'ticks: Int! @requiresScopes(scopes: [["nobody:has"]])');
  await until(() => lines.some((line) => line.includes('the supergraph was replaced')));
  letGo();
  expect(await (await stream).text()).toContain('SUBSCRIPTION_SCHEMA_CHANGED');
});
