import { expect, test } from 'vitest';
import { startToy } from './support/start-toy.ts';
import { ADA } from './support/toy-shop.ts';

const FRIENDS = `query($first: Int) { user(id: "${ADA}") { name friends(first: $first) { name } } }`;
const ASKED = { 'x-graphql-cost': '1' };

test('clients that ask see the cost of an operation in every answer and refusal', async () => {
  await using toy = await startToy({ exposeCost: true, operationLimits: { cost: 50 } });
  for (let time = 0; time < 3; time += 1) {
    const { status, body } = await toy.post(FRIENDS, { first: 7 }, ASKED);
    expect(status).toBe(200);
    expect(body.data.user.name).toBe('Ada');
    expect(body.extensions).toEqual({ cost: { estimated: 8, limit: 50 } });
  }
  const refused = await toy.post(FRIENDS, { first: 60 }, ASKED);
  expect(refused.status).toBe(400);
  expect(refused.body.errors[0].extensions).toEqual({ code: 'COST_LIMIT', limit: 'cost' });
  expect(refused.body.extensions).toEqual({ cost: { estimated: 61, limit: 50 } });
  const failing = await toy.post('{ broken }', {}, ASKED);
  expect(failing.body.errors).toHaveLength(1);
  expect(failing.body.extensions.cost.limit).toBe(50);
});

test.each<[string, boolean, Record<string, string>]>([
  ['nobody who does not ask', true, {}],
  ['nobody where it is switched off', false, ASKED],
])('%s is reported', async (_, exposeCost, headers) => {
  await using toy = await startToy({ exposeCost });
  for (let time = 0; time < 3; time += 1) {
    const { body } = await toy.post(FRIENDS, { first: 1 }, headers);
    expect(Object.keys(body)).toEqual(['data']);
  }
});
