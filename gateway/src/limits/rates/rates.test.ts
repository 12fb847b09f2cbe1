import { createInProcessRateLimit } from '@souk/runtime/backplane';
import { silentLogger } from '@souk/runtime/process';
import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createRates, type OperationUse } from './rates.ts';

const viewer = { userId: 'usr_ada', sessionId: 'ses_1', roles: [] };

const requestOf = (query: string, given: Partial<OperationUse> = {}): OperationUse => {
  const document = parse(query);
  const operation = document.definitions[0] as OperationDefinitionNode;
  return { address: '192.0.2.1', viewer, document, operation, variables: {}, cost: 1, ...given };
};

test('a request is counted apart from what its operation costs and which fields it uses', async () => {
  const rates = createRates({
    limits: { rateViewer: { points: 2, perSeconds: 60 } },
    fieldRules: [{ limit: 'rateLogin', fields: ['ticks'], per: 'viewer' }],
    logger: silentLogger,
  });
  const use = requestOf('subscription { ticks }');
  for (let turn = 0; turn < 10; turn += 1) expect(await rates.limitOperation(use)).toBeNull();
  expect(rates.limitViewer(viewer)).toBeNull();
  expect(rates.limitViewer(viewer)).toBeNull();
  expect(rates.limitViewer(viewer)).toMatchObject({ limit: 'rateViewer' });
  const other = { ...use, viewer: { ...viewer, userId: 'usr_bo' } };
  for (let turn = 0; turn < 20; turn += 1) await rates.limitOperation(other);
  expect(await rates.limitOperation(other)).toMatchObject({ limit: 'rateLogin' });
});

test('an operation without limited fields is decided at once', () => {
  const rates = createRates({ logger: silentLogger });
  expect(rates.limitOperation(requestOf('{ rooms }'))).toBeNull();
  expect(rates.limitOperation(requestOf('mutation { login }'))).toBeInstanceOf(Promise);
  const off = createRates({ limits: 'off', logger: silentLogger });
  expect(off.limitOperation(requestOf('mutation { login }'))).toBeNull();
});

test('fragments that multiply each other are counted without being walked out', async () => {
  const rates = createRates({ logger: silentLogger });
  const bomb = Array.from(
    { length: 60 },
    (_, level) => `fragment F${level} on Mutation { ...F${level + 1} ...F${level + 1} }`,
  ).join('\n');
  const query = `mutation { ...F0 } ${bomb} fragment F60 on Mutation { login }`;
  expect(await rates.limitOperation(requestOf(query))).toMatchObject({ limit: 'rateLogin' });
});

test("an operation dearer than a minute's allowance runs if nothing else did", () => {
  const rates = createRates({ logger: silentLogger });
  const dear = requestOf('{ rooms }', { cost: Number.POSITIVE_INFINITY });
  expect(rates.limitOperation(dear)).toBeNull();
  expect(rates.limitOperation(dear)).toMatchObject({ limit: 'rateCost' });
});

test('a message waits for the shared counter at the start of a window alone, a sign-in each time', async () => {
  const asked: string[] = [];
  const counted = createInProcessRateLimit();
  const consume: typeof counted.consume = (key, allowance, points) => {
    asked.push(allowance.rule);
    return counted.consume(key, allowance, points);
  };
  const rates = createRates({ shared: { consume }, logger: silentLogger });
  const [say, signIn] = ['mutation { sendMessage }', 'mutation { login }'].map((query) =>
    requestOf(query, { cost: 0 }),
  ) as [OperationUse, OperationUse];
  const answers = [];
  for (let turn = 0; turn < 11; turn += 1) answers.push(await rates.limitOperation(say));
  for (let turn = 0; turn < 3; turn += 1) await rates.limitOperation(signIn);
  const of = (limit: string) => asked.filter((rule) => rule === `gateway.${limit}`).length;
  expect([of('rateMessage') <= 4, of('rateLogin')]).toEqual([true, 3]);
  expect([answers.slice(0, 10), answers[10]]).toMatchObject([
    Array(10).fill(null),
    { limit: 'rateMessage' },
  ]);
});

test('of two refusals the longer wait is answered', async () => {
  const rates = createRates({ logger: silentLogger });
  const both = requestOf('mutation { login sendMessage }');
  for (let turn = 0; turn < 20; turn += 1) await rates.limitOperation(both);
  const refusal = await rates.limitOperation(both);
  expect(refusal).toMatchObject({ limit: 'rateLogin' });
  expect(refusal?.retryAfterSeconds).toBeGreaterThan(800);
});

test('all unusable values count together, whatever they are made of', async () => {
  const rates = createRates({
    limits: { rateLogin: { points: 4, perSeconds: 60 } },
    fieldRules: [{ limit: 'rateLogin', fields: ['send'], per: 'viewer', apartBy: ['i', 'roomId'] }],
    logger: silentLogger,
  });
  const send = (roomId: unknown) =>
    rates.limitOperation(
      requestOf('mutation($i: In) { send(i: $i) }', { variables: { i: { roomId } } }),
    );
  const odd = [
    { toString: 1 },
    { toString: null, valueOf: 1 },
    [{ toString: 1 }],
    Object.create(null),
  ];
  for (const value of odd) expect(await send(value)).toBeNull();
  expect(await send({ toString: 2 })).toMatchObject({ limit: 'rateLogin' });
  expect(await send('room_1')).toBeNull();
});
