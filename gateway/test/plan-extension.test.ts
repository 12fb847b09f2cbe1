import { expect, test } from 'vitest';
import { startToy } from './support/start-toy.ts';
import { ADA } from './support/toy-shop.ts';

const QUERY = `query($first: Int) { user(id: "${ADA}") { name friends(first: $first) { name } } me { name } }`;
const ASKED = { 'x-graphql-plan': '1' };

test('clients that ask see the plan of an operation, without fields that are withheld from them', async () => {
  await using toy = await startToy({ exposePlan: true, exposeCost: true });
  for (let time = 0; time < 2; time += 1) {
    const { body } = await toy.post(QUERY, { first: 1 }, ASKED);
    expect(body.data.user.name).toBe('Ada');
    const { fetches } = body.extensions.plan;
    expect(fetches).toMatchObject([{ number: 1, subgraph: 'people', after: [] }]);
    expect(fetches[0].fields).toContain('friends(first: $first)');
    expect(fetches[0].fields).not.toMatch(/\bme\b/);
  }
  const authorization = `Bearer ${await toy.token(ADA)}`;
  const { body } = await toy.post(QUERY, {}, { ...ASKED, authorization, 'x-graphql-cost': '1' });
  expect(Object.keys(body.extensions)).toEqual(['cost', 'plan']);
  expect(JSON.stringify(body.extensions.plan)).toContain('me {');
});

test.each<[string, boolean, Record<string, string>]>([
  ['nobody who does not ask', true, {}],
  ['nobody where it is switched off', false, ASKED],
])('%s is reported', async (_, exposePlan, headers) => {
  await using toy = await startToy({ exposePlan });
  const { body } = await toy.post('{ whoAsks }', {}, headers);
  expect(Object.keys(body)).toEqual(['data']);
});
