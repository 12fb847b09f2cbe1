import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import {
  type PreparedOperation,
  type Reply,
  responseText,
  type SubgraphResponse,
} from '../src/index.ts';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

const counter = () => {
  let value = 0;
  const log: string[] = [];
  return startTestSupergraph([
    {
      name: 'counter',
      typeDefs: `
        type Query { value: Int! echo(input: EchoInput, list: [Int!], any: Any): String }
        type Mutation { add(by: Int! = 1): Counter! log: [String!]! }
        type Subscription { counted(upTo: Int!): Counter! }
        type Counter @key(fields: "id") { id: ID! value: Int! }
        scalar Any
        input EchoInput { text: String! times: Int = 1 kind: Kind }
        enum Kind { LOUD QUIET SECRET @inaccessible }`,
      resolvers: {
        Query: { value: () => value, echo: (_: unknown, args: unknown) => JSON.stringify(args) },
        Mutation: {
          add: async (_: unknown, { by }: { by: number }) => {
            await new Promise((resolve) => setTimeout(resolve, 5 - by));
            value += by;
            log.push(`+${by}=${value}`);
            return { id: `c${value}`, value };
          },
          log: () => log,
        },
        Subscription: {
          counted: {
            async *subscribe(_: unknown, { upTo }: { upTo: number }) {
              for (let at = 1; at <= upTo; at += 1) yield { counted: { id: `c${at}`, value: at } };
            },
          },
        },
      },
    },
    {
      name: 'labels',
      typeDefs: `
        type Mutation { touch: Boolean }
        type Counter @key(fields: "id") { id: ID! label: String }`,
      resolvers: {
        Mutation: {
          touch: () => {
            log.push('touched');
            return true;
          },
        },
        Counter: { label: ({ id }: { id: string }) => `Label of ${id}` },
      },
    },
  ]);
};

test('mutations run one after the other, across subgraphs', async () => {
  const { run } = counter();
  const { data } = await run(
    'mutation { a: add(by: 1) { value label } touch b: add(by: 4) { value label } log }',
  );
  expect(data.a).toEqual({ value: 1, label: 'Label of c1' });
  expect(data.b).toEqual({ value: 5, label: 'Label of c5' });
  expect(data.log).toEqual(['+1=1', 'touched', '+4=5']);
});

test('identical mutations in flight are all executed', async () => {
  const { run } = counter();
  const context = { requestId: 'any', sharingKey: 'me' };
  const answers = await Promise.all(
    [1, 2, 3].map(() => run('mutation { add { value } }', {}, context)),
  );
  expect(answers.map(({ data }) => data.add.value).sort()).toEqual([1, 2, 3]);
});

test('a subscription takes its source, and completes each event with the rest of the plan', async () => {
  const { engine, transport } = counter();
  const prepared = engine.prepare(
    'subscription ($n: Int!) { counted(upTo: $n) { label value } }',
  ) as PreparedOperation;
  const context = { requestId: 'sub' };
  const source = await engine.openSubscription(prepared, { n: 2 }, context);
  if (source.kind === 'failed') throw new Error('expected a source');
  expect(source.request.subgraph).toBe('counter');
  expect(source.completesWithFetches).toBe(true);
  const events = await transport.subscribe?.(source.request, new AbortController().signal);
  const results = [];
  for await (const event of events as AsyncIterable<SubgraphResponse>) {
    results.push(JSON.parse(await engine.completeEvent(prepared, { n: 2 }, event, context)));
  }
  expect(results).toEqual([
    { data: { counted: { label: 'Label of c1', value: 1 } } },
    { data: { counted: { label: 'Label of c2', value: 2 } } },
  ]);
});

test('an event with errors keeps them', async () => {
  const { engine } = counter();
  const prepared = engine.prepare(
    'subscription { counted(upTo: 1) { value } }',
  ) as PreparedOperation;
  const event = {
    data: null,
    errors: [{ message: 'Gone.', path: ['counted'], extensions: { code: 'GONE' } }],
  };
  const completed = await engine.completeEvent(prepared, {}, event, { requestId: 'sub' });
  expect(JSON.parse(completed)).toEqual({
    data: null,
    errors: [{ message: 'Gone.', path: ['counted'], extensions: { code: 'GONE' } }],
  });
});

test("introspection is answered by the engine, and shows only the client's schema", async () => {
  const { run, requests } = counter();
  const { data } = await run(getIntrospectionQuery());
  const types = data.__schema.types.map(({ name }: { name: string }) => name);
  expect(types).toContain('Counter');
  expect(types).not.toContain('_Entity');
  expect(types.filter((name: string) => name.startsWith('join__'))).toEqual([]);
  const part = await run(
    'query ($t: String!) { value k: __type(name: $t) { enumValues { name } } __typename }',
    { t: 'Kind' },
  );
  expect(part.data).toEqual({
    value: 0,
    k: { enumValues: [{ name: 'LOUD' }, { name: 'QUIET' }] },
    __typename: 'Query',
  });
  expect(requests).toHaveLength(1);
});

test('variables reach subgraphs as they were sent, and defaults apply', async () => {
  const { run } = counter();
  const query =
    'query ($i: EchoInput, $l: [Int!] = [1, 2], $a: Any) { echo(input: $i, list: $l, any: $a) }';
  const { data } = await run(query, { i: { text: 'ü"', kind: 'LOUD' }, a: { deep: [null, 1.5] } });
  expect(JSON.parse(data.echo)).toEqual({
    input: { text: 'ü"', times: 1, kind: 'LOUD' },
    list: [1, 2],
    any: { deep: [null, 1.5] },
  });
});

test.each([
  ['a wrong type', { i: { text: 7 } }, 'String cannot represent'],
  ['an unknown field', { i: { text: 'a', more: 1 } }, 'Field "more" is not defined'],
  ['a hidden enum value', { i: { text: 'a', kind: 'SECRET' } }, 'does not exist in "Kind" enum'],
  ['a null that may not be', { l: [null] }, 'Expected non-nullable type'],
])('%s in variables is refused as bad user input', async (_, variables, message) => {
  const { engine, requests } = counter();
  const query = 'query ($i: EchoInput, $l: [Int!]) { echo(input: $i, list: $l) }';
  const prepared = engine.prepare(query) as PreparedOperation;
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve) => {
    const reply: Reply = (status, body) => resolve({ status, body: responseText(body) });
    engine.answer(prepared, variables, { requestId: 'test' }, reply);
  });
  expect(status).toBe(400);
  const { errors, data } = JSON.parse(body);
  expect(data).toBeUndefined();
  expect(errors[0].message).toContain(message);
  expect(errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
  expect(requests).toEqual([]);
});

test.each([
  ['a password where an object belongs', { i: 'hunter2-hunter2' }, '$i" has an invalid value;'],
  ['a password as a number', { i: { text: 20261126 } }, '$i" has an invalid value at "i.text";'],
  ['a password as an enum value', { i: { text: 'a', kind: 'hunter2' } }, 'Value … does not exist'],
  ['a form with one field too many', { i: { text: 'hunter2', more: 1 } }, 'Field "more"'],
  ['a text among numbers', { l: [1, 'hunter2'] }, 'at "l[1]"; Int cannot represent'],
  ['an object as an enum value', { i: { text: 'a', kind: { x: 'hunter2' } } }, 'Enum "Kind"'],
])('%s is refused without being repeated', async (_, variables, message) => {
  const { engine } = counter();
  const query = 'query ($i: EchoInput, $l: [Int!]) { echo(input: $i, list: $l) }';
  const prepared = (await engine.prepare(query)) as PreparedOperation;
  const body = await engine.executeToText(prepared, variables, { requestId: 'test' });
  expect(JSON.parse(body).errors[0].message).toContain(message);
  expect(body).not.toMatch(/hunter2|20261126/);
});

test.each([
  ['with a syntax error', '{', undefined, 'GRAPHQL_PARSE_FAILED'],
  ['for an unknown field', '{nope}', undefined, 'GRAPHQL_VALIDATION_FAILED'],
  ['for an unknown operation', 'query A{value}', 'B', 'OPERATION_RESOLUTION_FAILURE'],
  [
    'for one of several operations',
    'query A{value} query B{value}',
    undefined,
    'OPERATION_RESOLUTION_FAILURE',
  ],
])('a document %s is refused', async (_, text, operationName, code) => {
  const prepared = counter().engine.prepare(text, operationName);
  expect(prepared).toMatchObject({ kind: 'failed', errors: [{ extensions: { code } }] });
});

test('the chosen one of several operations is executed', async () => {
  const { engine } = counter();
  const text = 'query A { a: value } query B { b: value }';
  const prepared = engine.prepare(text, 'B') as PreparedOperation;
  const body = await engine.executeToText(prepared, {}, { requestId: 'test' });
  expect(body).toBe('{"data":{"b":0}}');
});
