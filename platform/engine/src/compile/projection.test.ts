import { parse } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { composeSubgraphs } from '../../testing/test-supergraph.ts';
import { createPlanCache } from '../plan-cache.ts';
import type { ObjectOutput, Output } from './projection.ts';
import { compileSupergraph } from './supergraph.ts';
import { compileVariant } from './variant.ts';

const TYPES = `
  type Query { shop: Shop other: Shop }
  type Shop { name: String owner: Person products: [Product] sold: [Product] }
  type Product { name: String maker: Person }
  type Person { name: String }`;

/** The paths of the fields below which something may come later. */
async function leadingPaths(text: string): Promise<readonly string[]> {
  const sdl = composeSubgraphs([{ name: 'shops', typeDefs: TYPES, resolvers: {} }]);
  const plans = createPlanCache();
  const supergraph = compileSupergraph(sdl, { planningMs: 60_000, overrideLabels: [], plans });
  onTestFinished(() => supergraph.planner.close());
  const variant = await compileVariant(supergraph, {
    document: parse(text),
    operationName: undefined,
    internalNames: undefined,
    withheld: undefined,
    overrides: [],
  });
  if (variant.kind === 'failed') throw variant.errors[0];
  return below(variant.output);
}

const below = (output: ObjectOutput): string[] =>
  (output.only?.fields ?? []).flatMap(({ name, mayDefer, output: own }) => {
    const object = objectIn(own);
    const further = object ? below(object).map((path) => `${name}.${path}`) : [];
    return mayDefer ? [name, ...further] : further;
  });

const objectIn = (output: Output): ObjectOutput | undefined =>
  output.kind === 'list' ? objectIn(output.of) : output.kind === 'object' ? output : undefined;

test('later items are only looked for at a streamed list and above it', async () => {
  const found = await leadingPaths(`{
    shop { name owner { name } products @stream(initialCount: 1) { name maker { name } } sold { name } }
    other { name products { name } }
  }`);
  expect(found).toEqual(['shop', 'shop.products']);
});

test('a streamed list in a fragment is found from where the fragment is spread', async () => {
  const found = await leadingPaths(`
    query { shop { ...Shelf owner { name } } }
    fragment Shelf on Shop { products { name } sold @stream { name } }`);
  expect(found).toEqual(['shop', 'shop.sold']);
});

test('nothing is searched when the whole answer arrives at once', async () => {
  expect(await leadingPaths('{ shop { products { name } } }')).toEqual([]);
});
