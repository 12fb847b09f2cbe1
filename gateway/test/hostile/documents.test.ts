import { until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocket } from '../support/sockets.ts';
import { type StartedToy, startToy } from '../support/start-toy.ts';
import { ADA, ROOM } from '../support/toy-shop.ts';

// Documents that hurt or probe a server, each with its right answer, over HTTP and, where it can be
// sent there, over WebSocket: both go through the same rules.

let toy: StartedToy;
let authorization: string;

beforeAll(async () => {
  toy = await startToy({ introspection: false });
  authorization = `Bearer ${await toy.token(ADA)}`;
});
afterAll(() => toy[Symbol.asyncDispose]());

const deep = (levels: number, inner = 'name') =>
  `user(id: "${ADA}") { ${'friends { '.repeat(levels)}${inner}${' }'.repeat(levels)} }`;
const times = (count: number, piece: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => piece(index)).join(' ');
const deepList = (levels: number) => `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const fragmentBomb = `{ user(id: "${ADA}") { ...F0 } } ${times(15, (n) => `fragment F${n} on User { a: friends { ...F${n + 1} } b: friends { ...F${n + 1} } }`)} fragment F15 on User { name }`;

/** Lists in lists. */
const streamedFriends = (depth: number): string =>
  depth === 0 ? 'name' : `friends(first: 1) @stream { ${streamedFriends(depth - 1)} }`;

const refused: readonly (readonly [
  name: string,
  document: string,
  code: string,
  limit?: string,
])[] = [
  ['twenty levels through a list', `{ ${deep(20)} }`, 'GRAPHQL_VALIDATION_FAILED', 'depth'],
  [
    'fragments that double each other fifteen times',
    fragmentBomb,
    'GRAPHQL_VALIDATION_FAILED',
    'depth',
  ],
  ['a short query whose lists multiply', `{ ${deep(4)} }`, 'COST_LIMIT', 'cost'],
  [
    'a hundred aliases of __typename',
    `{ ${times(101, (n) => `a${n}: __typename`)} }`,
    'GRAPHQL_VALIDATION_FAILED',
    'aliases',
  ],
  [
    'sixteen logins in one request',
    `mutation { ${times(16, (n) => `l${n}: login(name: "p${n}")`)} }`,
    'GRAPHQL_VALIDATION_FAILED',
    'aliases',
  ],
  [
    'two logins in one request',
    'mutation { a: login(name: "x") b: login(name: "y") }',
    'GRAPHQL_VALIDATION_FAILED',
    'onlyOnce',
  ],
  [
    'two logins hidden in fragments',
    'mutation { ...A ...B } fragment A on Mutation { login(name: "x") } fragment B on Mutation { ... { b: login(name: "y") } }',
    'GRAPHQL_VALIDATION_FAILED',
    'onlyOnce',
  ],
  [
    'eleven root fields',
    `{ ${times(11, (n) => `r${n}: whoAsks`)} }`,
    'GRAPHQL_VALIDATION_FAILED',
    'rootFields',
  ],
  [
    'the same field five hundred times',
    `{ user(id: "${ADA}") { ${'name '.repeat(500)} } }`,
    'GRAPHQL_VALIDATION_FAILED',
    'height',
  ],
  [
    'ten directives in one place',
    `{ whoAsks ${times(10, (n) => `@d${n}`)} }`,
    'GRAPHQL_VALIDATION_FAILED',
    'directives',
  ],
  [
    'a thousand @include',
    `{ whoAsks ${'@include(if: true) '.repeat(1_000)} }`,
    'GRAPHQL_PARSE_FAILED',
    'tokens',
  ],
  [
    'a cycle of fragments',
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a fragment that spreads itself',
    '{ ...A } fragment A on Query { whoAsks ...A }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'eight hundred overlapping selections',
    `{ ${times(800, (n) => `user(id: "${n}") { name }`)} }`,
    'GRAPHQL_PARSE_FAILED',
    'tokens',
  ],
  ['twenty thousand tokens', `{ ${'whoAsks '.repeat(20_000)} }`, 'GRAPHQL_PARSE_FAILED', 'tokens'],
  [
    'sixty thousand nested list literals',
    `{ echo(tags: ${'['.repeat(60_000)}${']'.repeat(60_000)}) }`,
    'GRAPHQL_PARSE_FAILED',
    'tokens',
  ],
  [
    'twenty thousand nested selection sets',
    `{ ${'a{'.repeat(20_000)}${'}'.repeat(20_000)} }`,
    'GRAPHQL_PARSE_FAILED',
    'tokens',
  ],
  [
    'twenty thousand nested list types',
    `query($v: ${'['.repeat(20_000)}Int${']'.repeat(20_000)}) { whoAsks }`,
    'GRAPHQL_PARSE_FAILED',
    'tokens',
  ],
  [
    'three hundred operations',
    times(300, (n) => `query Q${n} { whoAsks }`),
    'GRAPHQL_PARSE_FAILED',
    'tokens',
  ],
  [
    'a page of a million',
    `{ user(id: "${ADA}") { friends(first: 1000000) { name } } }`,
    'BAD_USER_INPUT',
    'pageSize',
  ],
  [
    'a page of minus one',
    `{ user(id: "${ADA}") { friends(first: -1) { name } } }`,
    'BAD_USER_INPUT',
    'pageSize',
  ],
  ['introspection', '{ __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['introspection of one type', '{ __type(name: "User") { name } }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'introspection that goes in circles',
    `{ __schema { types { ${'fields { type { '.repeat(8)}name${' } }'.repeat(8)} } } }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a syntax error', '{ whoAsks(', 'GRAPHQL_PARSE_FAILED'],
  [
    'the entities of subgraphs',
    '{ _entities(representations: []) { __typename } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['the schema of a subgraph', '{ _service { sdl } }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a deferred change',
    'mutation { ... @defer { register(name: "x") } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a deferred event',
    'subscription { notes { ... on Said @defer { text } } }',
    'OPERATION_NOT_SUPPORTED',
  ],
  [
    'too many deferred fragments',
    `{ user(id: "${ADA}") { ${'... @defer { name } '.repeat(40)} } }`,
    'DEFER_LIMIT',
    'defers',
  ],
  [
    'a streamed list of fewer than no items at first',
    `{ user(id: "${ADA}") { friends @stream(initialCount: -1) { name } } }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a list that is streamed twice',
    `{ user(id: "${ADA}") { friends @stream { name } friends @stream { id } } }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'too many streamed lists',
    `{ user(id: "${ADA}") { ${['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}: ${streamedFriends(6)}`).join(' ')} } }`,
    'DEFER_LIMIT',
    'defers',
  ],
  ['a number beyond 32 bits', '{ echo(count: 2147483648) }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'two operations and no name',
    'query A { whoAsks } query B { whoAsks }',
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['half a surrogate pair', '{ echo(text: "\\uD800") }', 'GRAPHQL_PARSE_FAILED'],
  ['NUL in a text', '{ echo(text: "a\\u0000b") }', 'BAD_USER_INPUT'],
];

const rows = refused.map(([name, document, code, limit]) => ({ name, document, code, limit }));

describe('over HTTP', () => {
  test.each(rows)('$name is refused at once', async ({ document, code, limit }) => {
    const times: number[] = [];
    const asked = async () => {
      const started = performance.now();
      const answer = await toy.post(document, {}, { authorization });
      times.push(performance.now() - started);
      return answer;
    };
    const { status, body, headers } = await asked();
    // A machine that is busy holds up one of them, and not each.
    for (let again = 0; again < 2; again += 1) await asked();
    expect(Math.min(...times)).toBeLessThan(500);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch('application/json');
    expect(body.errors[0].extensions).toEqual({ code, ...(limit ? { limit } : {}) });
    expect(body.errors.length).toBeLessThanOrEqual(5);
    expect(body).not.toHaveProperty('data');
    expect(JSON.stringify(body)).not.toMatch(
      /did you mean|stacktrace|node_modules|maxTokens|introspection: true/i,
    );
  });

  test('ten mistakes are reported in five errors at most', async () => {
    const { body } = await toy.post(`{ ${times(9, (n) => `wrong${n}`)} }`);
    expect(body.errors.length).toBeLessThanOrEqual(5);
  });

  test.each([
    '{ whoAskz }',
    `{ user(idd: "1") { name } }`,
    'query($v: Usr) { whoAsks }',
    '{ echo(filter: { nam: "x" }) }',
    '{ ... on Usr { name } }',
    '{ echo(colour: REDD) }',
  ])('a misspelled name gets no hint: %s', async (document) => {
    const { status, body } = await toy.post(document);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).not.toMatch(/did you mean|whoAsks\?|"name\?|GREEN/i);
  });

  test.each<[string, string, unknown]>([
    ['a field of an input', '($v: Filter) { echo(filter: $v) }', { nam: 'x' }],
    ['one further inside', '($v: Filter) { echo(filter: $v) }', { nested: { nestd: {} } }],
    ['a value of an enum', '($v: Colour) { echo(colour: $v) }', 'REDD'],
  ])('a misspelled name in a variable gets no hint: %s', async (_, query, v) => {
    // The second time the operation is known.
    await toy.post(`query ${query}`, { v: null });
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await toy.post(`query ${query}`, { v });
      expect(status).toBe(400);
      expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
      expect(body.errors[0].locations).toEqual([{ line: 1, column: expect.any(Number) }]);
      expect(JSON.stringify(body)).not.toMatch(/did you mean|"name|"nested\?|"RED\b|GREEN/i);
    }
  });

  test('an unknown operation name is reported as such', async () => {
    const { status, body } = await toy.send({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'query A { whoAsks }', operationName: 'B' }),
    });
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
  });

  test('of many operations only the one that is named runs', async () => {
    const before = toy.toy.asked.length;
    const { body } = await toy.send({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: times(150, (n) => `query Q${n} { ${n === 100 ? 'whoAsks' : 'broken'} }`),
        operationName: 'Q100',
      }),
    });
    expect(body).toEqual({ data: { whoAsks: 'nobody' } });
    expect(toy.toy.asked.length).toBe(before + 1);
  });

  test('a subscription by POST is refused with 405 unless a stream is accepted', async () => {
    const { status, body, headers } = await toy.post('subscription { ticks }');
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, POST');
    expect(body.errors[0].extensions.code).toBe('OPERATION_NOT_SUPPORTED');
  });

  test('names of object internals are names like any other', async () => {
    const { status, body } = await toy.post(
      'query __proto__ { __proto__: whoAsks constructor: whoAsks toString: whoAsks }',
    );
    expect(status).toBe(200);
    expect(Object.entries(body.data)).toEqual([
      ['__proto__', 'nobody'],
      ['constructor', 'nobody'],
      ['toString', 'nobody'],
    ]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('a document below every limit is answered', async () => {
    const { body } = await toy.post(
      `{ user(id: "${ADA}") { friends(first: 20) { name friends(first: 20) { name } } } }`,
    );
    expect(body.errors).toBeUndefined();
  });
});

describe('over WebSocket', () => {
  test.each(rows.filter(({ document }) => document.length < 60_000))(
    '$name is refused there too',
    async ({ document, code, limit }) => {
      await using socket = await openSocket(toy.wsUrl, { authorization });
      const before = toy.toy.asked.length;
      const [first] = await socket.subscribe(document).error();
      expect([first?.extensions.code, first?.extensions.limit]).toEqual([code, limit]);
      expect(toy.toy.asked.length).toBe(before);
      expect(socket.isOpen).toBe(true);
    },
  );

  const asSubscription: [string, string, string?][] = [
    [
      'twenty levels',
      `subscription { roomEvents(roomId: "${ROOM}") { ... on Said { author { ${'friends { '.repeat(20)}name${' }'.repeat(20)} } } } }`,
      'depth',
    ],
    [
      'lists that multiply',
      `subscription { roomEvents(roomId: "${ROOM}") { ... on Said { author { ${'friends { '.repeat(4)}name${' }'.repeat(4)} } } } }`,
      'eventCost',
    ],
    ['two root fields', 'subscription { ticks notes { __typename } }', 'rootFields'],
    ['a field that is not there', 'subscription { tickz }'],
    ['introspection', 'subscription { __schema { types { name } } }'],
    ['a root that hangs on a variable', 'subscription($a: Boolean!) { ticks @skip(if: $a) }'],
    ['a root that is not there', 'subscription { ... @include(if: false) { ticks } }'],
    ['a condition that is none', 'subscription { ticks @skip(if: "x") }'],
  ];
  test.each(asSubscription)('a subscription with %s is refused', async (_, document, limit) => {
    await using socket = await openSocket(toy.wsUrl, { authorization });
    const errors = await socket.subscribe(document).error();
    expect(errors[0]?.extensions.code).toMatch(/GRAPHQL_VALIDATION_FAILED|COST_LIMIT/);
    expect(errors[0]?.extensions.limit).toBe(limit);
    expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
    expect(toy.toy.log.subscribers).toBe(0);
  });

  const NOTES = 'subscription { notes { __typename } }';
  const FRIENDS = `subscription($n: Int) { roomEvents(roomId: "${ROOM}") { ... on Said { author { friends(first: $n) { name } } } } }`;
  const asVariables: [string, string, string, string, string?][] = [
    ['a page of a million', FRIENDS, '{"n":1000000}', 'BAD_USER_INPUT', 'pageSize'],
    ['a page of minus one', FRIENDS, '{"n":-1}', 'BAD_USER_INPUT', 'pageSize'],
    ['twenty thousand levels', NOTES, deepList(20_000), 'BAD_USER_INPUT', 'variableDepth'],
    ['forty levels', NOTES, deepList(40), 'BAD_USER_INPUT', 'variableDepth'],
    [
      'NUL in a text',
      'subscription($id: ID!) { roomEvents(roomId: $id) { __typename } }',
      '{"id":"a\\u0000b"}',
      'BAD_USER_INPUT',
    ],
  ];
  test.each(asVariables)(
    'a subscription with %s in its variables is refused',
    async (_, query, variables, code, limit) => {
      await using socket = await openSocket(toy.wsUrl, { authorization });
      socket.send(
        `{"id":"a","type":"subscribe","payload":{"query":${JSON.stringify(query)},"variables":${variables}}}`,
      );
      const refused = await until(() => socket.messages.find(({ id }) => id === 'a'));
      expect(refused?.payload[0].extensions).toEqual({ code, ...(limit ? { limit } : {}) });
      expect(toy.toy.log.subscribers).toBe(0);
    },
  );
});

test('errors of a subscription keep their place in the text, with and without hints', async () => {
  const query = 'subscription ($after: EventCursor) {\n  notez(after: $after) { __typename }\n}';
  for (const introspection of [false, true]) {
    await using started = await startToy({ introspection });
    await using socket = await openSocket(started.wsUrl);
    const [error] = await socket.subscribe(query).error();
    expect(error?.locations).toEqual([{ line: 2, column: 3 }]);
    expect(/did you mean/i.test(error?.message)).toBe(introspection);
    const { body } = await started.post(query, {}, { accept: 'text/event-stream' });
    expect(body).toMatch('"locations":[{"line":2,"column":3}]');
    expect(/did you mean/i.test(body)).toBe(introspection);
  }
});

test('in measure-only mode an operation beyond a limit is answered', async () => {
  await using measured = await startToy({ measureOnly: true });
  const { status } = await measured.post(`{ ${times(30, (n) => `a${n}: __typename`)} }`);
  expect(status).toBe(200);
});

test('limits can be set', async () => {
  await using open = await startToy({
    operationLimits: { aliases: 200, rootFields: 200, height: 500 },
  });
  expect((await open.post(`{ ${times(101, (n) => `a${n}: __typename`)} }`)).status).toBe(200);
  await using tight = await startToy({ operationLimits: { depth: 1 } });
  expect(
    (await tight.post(`{ user(id: "${ADA}") { name } }`)).body.errors[0].extensions.limit,
  ).toBe('depth');
});
