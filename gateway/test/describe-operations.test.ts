import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeOperations } from '../src/pipeline/describe-operations.ts';

const supergraph = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8');

const OPERATIONS = `
query Catalog($first: Int!) {
  products(first: $first) { edges { node { title seller { desk { members { edges { node { user { displayName } } } } } } } } }
}
query Nothing { __typename }
query More { products(first: 30) { edges { node { title seller { desk { members { edges { node { user { displayName } } } } } } } } } }
query TooMany($many: Int!) { products(first: $many) { edges { node { title } } } }
`;

test('operations are described: their cost, their fetches, and which fetch waits for which', async () => {
  const text = await describeOperations(supergraph, OPERATIONS, { first: 3, many: 1_000 });
  const [catalog = '', nothing = '', more = '', refused = ''] = text.split('\n\nquery ');
  expect(catalog).toMatch(/^query Catalog, may cost \d+ of 5000\n1\. products\n/);
  expect(catalog).toContain('products(first: $first)');
  expect(catalog).toMatch(
    /\n2\. users, after 1, for products\.edges\.node\.seller\.desk\.members\.edges\.node\.user, by User \{ id \}/,
  );
  expect(nothing).toBe('Nothing, may cost 0 of 5000\nNothing is fetched.');
  const costOf = (described: string) => Number(/may cost (\d+)/.exec(described)?.[1]);
  expect(costOf(more)).toBeGreaterThan(5 * costOf(catalog));
  // What would be refused for its variables is described all the same, and says so.
  expect(refused).toContain('Refused: `first` must be from 0 to 100, not 1000.');
  expect(refused).toContain('1. products');
});

test('an invalid operation is reported with its place', async () => {
  await expect(describeOperations(supergraph, 'query Bad {\n  nope\n}', {})).rejects.toThrow(
    /Cannot query field "nope"[\s\S]*2:3/,
  );
});
