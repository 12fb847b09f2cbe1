import { composeSubgraphs } from '@souk/engine/testing';
import { until } from '@souk/testkit';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createGateway, type Gateway } from '../src/gateway.ts';
import { type RawSubgraph, serveRaw } from './support/raw-subgraph.ts';
import { rawSocket } from './support/sockets.ts';
import { UNHURRIED } from './support/unhurried.ts';

/**
 * A number in a scalar of the schema's own is text for the gateway, on every path: JavaScript would
 * make 9007199254740992 of this one.
 */
const BIG = '9007199254740993';
const ODD = [BIG, '-9007199254740993', '1.50', '1e400', '0.1234567890123456789', '-0'];

const SUPERGRAPH = composeSubgraphs([
  {
    name: 'raw',
    typeDefs: `
      scalar Big scalar SafeInt scalar Json scalar DateTime
      input Choice { big: Big list: [Big!] id: ID deeper: Choice }
      type Query {
        echo(big: Big, list: [Big], choice: Choice, id: ID, json: Json): Big
        price(atMost: SafeInt, after: DateTime, weight: Float): Int
        thing: Thing broken: Int hidden: Int @authenticated
      }
      type Subscription { bigs(big: Big): Happened }
      type Happened { big: Big thing: Thing secret: Int @authenticated }
      type Thing @key(fields: "id") { id: Big big: Big }`,
  },
  {
    name: 'more',
    typeDefs: 'scalar Big type Thing @key(fields: "id") { id: Big more: Int lot: [[Big]] }',
  },
]);

let raw: RawSubgraph;
let more: RawSubgraph;
let gateway: Gateway;
let answer: (text: string) => string;
let answerMore: (text: string) => string;
beforeAll(async () => {
  raw = await serveRaw((text) => answer(text));
  more = await serveRaw((text) => answerMore(text));
  gateway = await createGateway({
    ...UNHURRIED,
    supergraphSdl: SUPERGRAPH,
    subgraphUrls: { raw: raw.url, more: more.url },
    port: 0,
    rateLimits: 'off',
  });
  return async () => {
    await gateway.close();
    await raw[Symbol.asyncDispose]();
    await more[Symbol.asyncDispose]();
  };
});

/** Variables are given as text, since no value of JavaScript would do. */
const body = (query: string, variables: string) =>
  `{"query":${JSON.stringify(query)},"variables":${variables}}`;

const post = (text: string, accept = 'application/json') =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: text,
  });
const get = (query: string, variables: string) =>
  fetch(`${gateway.url}/graphql?${new URLSearchParams({ query, variables })}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
const lastAsked = () => raw.asked.at(-1) as string;

describe('what a subgraph answers', () => {
  const answers = (number: string) => {
    answer = () =>
      `{"data":{"echo":${number},"thing":{"__typename":"Thing","id":7,"big":${number}}}}`;
    answerMore = () => `{"data":{"_entities":[{"lot":[[${number}]],"more":1}]}}`;
  };

  test.each(ODD)('%s keeps its value when all goes well', async (number) => {
    answers(number);
    // Twice: the second time may take a shorter way.
    for (const _ of [1, 2]) {
      const text = await (await post(body('{ echo thing { big lot } }', '{}'))).text();
      expect(text).toContain(`"echo":${number},`);
      expect(text).toContain(`"thing":{"big":${number},"lot":[[${number}]]}`);
    }
  });

  test.each(ODD)('%s keeps its value when something else fails', async (number) => {
    answers(number);
    answerMore = () => '{"errors":[{"message":"no"}]}';
    const text = await (await post(body('{ echo thing { big more } }', '{}'))).text();
    expect(text).toContain(`"echo":${number},"thing":{"big":${number},"more":null}`);
    expect(JSON.parse(text).errors).toHaveLength(1);
  });

  test.each(ODD)('%s keeps its value when something else is refused', async (number) => {
    answers(number);
    const text = await (await post(body('{ echo hidden thing { big lot } }', '{}'))).text();
    expect(text).toContain(`"echo":${number},"hidden":null`);
    expect(text).toContain(`"lot":[[${number}]]`);
  });

  test('a key goes to the next subgraph as it came', async () => {
    answer = () => `{"data":{"thing":{"__typename":"Thing","id":${BIG}}}}`;
    answerMore = () => '{"data":{"_entities":[{"more":1}]}}';
    await post(body('{ thing { more } }', '{}'));
    expect(more.asked.at(-1)).toContain(`"id":${BIG}`);
  });
});

describe('what a client gives', () => {
  const QUERY =
    'query ($big: Big, $list: [Big], $choice: Choice) { echo(big: $big, list: $list, choice: $choice) }';
  const variables = (number: string) =>
    `{ "big": ${number}, "list": [${number}, null], "choice": {"deeper": {"big": ${number}}} }`;
  const sent = (number: string) => [
    `"big":${number}`,
    `"list":[${number},null]`,
    `"choice":{"deeper":{"big":${number}}}`,
  ];

  test.each(ODD)('the variable %s reaches the subgraph by POST and by GET', async (number) => {
    answer = () => '{"data":{"echo":1}}';
    const asked = body(QUERY, variables(number));
    for (const send of [
      () => post(asked),
      () => post(asked),
      () => get(QUERY, variables(number)),
    ]) {
      expect((await send()).status).toBe(200);
      for (const part of sent(number)) expect(lastAsked()).toContain(part);
    }
  });

  test.each(ODD)('the literal %s reaches the subgraph', async (number) => {
    answer = () => '{"data":{"echo":1}}';
    const query = `query ($x: Big = ${number}, $y: Json) {
      a: echo(big: ${number}, list: ${number}, choice: {list: [${number}], deeper: {big: $x}})
      b: echo(json: {deep: [${number}, $y, "text", ENUM, true, null]})
    }`;
    await post(body(query, `{"y":${number}}`));
    const { variables: _, query: text } = JSON.parse(lastAsked());
    expect(lastAsked()).toContain(`:${number}`);
    expect(lastAsked()).toContain(`{"deep":[${number},${number},"text","ENUM",true,null]}`);
    expect(text).toContain(`=${number}`);
  });

  test('an id given as a number is the text of that number', async () => {
    answer = () => '{"data":{"echo":1}}';
    const query = 'query ($id: ID, $choice: Choice) { echo(id: $id, choice: $choice) }';
    await post(body(query, `{"id": ${BIG}, "choice": {"id": ${BIG}}}`));
    expect(lastAsked()).toContain(`"id":"${BIG}","choice":{"id":"${BIG}"}`);
  });

  test('requests whose numbers only look alike are not taken for one', async () => {
    answer = (text) => `{"data":{"echo":${/"big":(\d+)/.exec(text)?.[1]}}}`;
    const numbers = [BIG, '9007199254740992'];
    const query = 'query ($big: Big) { echo(big: $big) }';
    const texts = await Promise.all(
      numbers.map(async (number) => (await post(body(query, `{"big":${number}}`))).text()),
    );
    expect(texts).toEqual(numbers.map((number) => expect.stringContaining(`"echo":${number}`)));
  });

  const SUBSCRIPTION = 'subscription ($big: Big) { bigs(big: $big) { big secret thing { lot } } }';

  test.each(ODD)('%s passes through a subscription, both ways', async (number) => {
    answer = () =>
      `{"data":{"bigs":{"big":${number},"thing":{"__typename":"Thing","id":${number}}}}}`;
    answerMore = () => `{"data":{"_entities":[{"lot":[[${number}]]}]}}`;
    const written = `"bigs":{"big":${number},"secret":null,"thing":{"lot":[[${number}]]}}`;

    const stream = await post(body(SUBSCRIPTION, `{"big":${number}}`), 'text/event-stream');
    expect(await stream.text()).toContain(written);
    expect(lastAsked()).toContain(`"variables":{"big":${number}}`);
    expect(more.asked.at(-1)).toContain(`"id":${number}`);

    const socket = await rawSocket(gateway.url.replace('http', 'ws').concat('/graphql'));
    onTestFinished(() => socket.terminate());
    const texts: string[] = [];
    socket.raw.on('message', (data) => texts.push(String(data)));
    socket.send('{"type":"connection_init"}');
    await until(() => texts.length > 0);
    const payload = body(SUBSCRIPTION, `{"big":${number}}`);
    socket.send(`{"id":"1","type":"subscribe","payload":${payload}}`);
    await until(() => texts.some((text) => text.includes('"complete"')));
    expect(texts.join()).toContain(written);
    expect(lastAsked()).toContain(`"variables":{"big":${number}}`);
  });
});

describe("a value outside its scalar is the client's mistake", () => {
  test.each([
    ['{"atMost": 1e400}', 'query ($atMost: SafeInt) { price(atMost: $atMost) }'],
    [`{"atMost": ${BIG}}`, 'query ($atMost: SafeInt) { price(atMost: $atMost) }'],
    ['{"atMost": 1.5}', 'query ($atMost: SafeInt) { price(atMost: $atMost) }'],
    ['{"atMost": "much"}', 'query ($atMost: SafeInt) { price(atMost: $atMost) }'],
    ['{"after": "yesterday"}', 'query ($after: DateTime) { price(after: $after) }'],
    ['{"weight": 1e400}', 'query ($weight: Float) { price(weight: $weight) }'],
    ['{}', '{ price(atMost: 1e400) }'],
    ['{}', `{ price(atMost: ${BIG}) }`],
    ['{}', '{ price(atMost: "much") }'],
    ['{}', '{ price(atMost: {}) }'],
    ['{}', '{ price(after: "yesterday") }'],
    ['{}', '{ price(after: 5) }'],
    ['{}', '{ price(weight: 1e400) }'],
    ['{}', 'query ($atMost: SafeInt = 1.5) { price(atMost: $atMost) }'],
  ])('%s in %s', async (variables, query) => {
    answer = () => '{"data":{"price":1}}';
    const before = raw.asked.length;
    for (const response of [await post(body(query, variables)), await get(query, variables)]) {
      expect(response.status).toBe(400);
      const { errors, data } = JSON.parse(await response.text());
      expect(data).toBeUndefined();
      expect(errors).toEqual([
        expect.objectContaining({
          locations: [{ line: 1, column: expect.any(Number) }],
          extensions: {
            code: expect.stringMatching(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/),
          },
        }),
      ]);
    }
    expect(raw.asked.length).toBe(before);
  });
});
