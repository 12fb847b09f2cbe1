import { newId, systemClock } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import { as } from '@souk/testkit';
import { expect, test } from 'vitest';
import { seedDemoProducts } from '../src/index.ts';
import { startProducts } from './catalogue.ts';

test('the demo fills a new shop once, and a second start adds nothing', async () => {
  await using graph = await startProducts();
  const deps = {
    config: { sellers: 'open' as const, commissionBasisPoints: 1000 },
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock: systemClock,
    newId,
  };
  const demoSeller = (name: string) => ({
    ...{ ownerId: as(name).userId, handle: name, displayName: name, country: 'PT' },
  });
  const sellers = { sellers: [demoSeller('ada'), demoSeller('cleo')] };
  const { opened, added } = await seedDemoProducts(deps, sellers);
  expect(added).toBe(12);
  expect(await seedDemoProducts(deps, sellers)).toEqual({ opened, added: 0 });
  const data = await graph.ask(
    `query ($lighting: String!) {
       products(first: 100) { totalCount edges { node { inStock categories { slug } variants { totalCount } } } }
       category(slug: $lighting) { name parent { name } }
       categories { edges { node { children { slug } } } }
       ada: seller(handle: "ada") { displayName products { totalCount } }
       lamps: products(query: "brass lan") { edges { node { slug } } }
     }`,
    { lighting: 'lighting' },
  );
  expect(data.products.totalCount).toBe(12);
  expect(
    data.products.edges.every(({ node }: { node: { inStock: boolean } }) => node.inStock),
  ).toBe(true);
  expect(data.category).toEqual({ name: 'Lighting', parent: { name: 'Home' } });
  const parts = data.categories.edges.map(
    ({ node }: { node: { children: unknown[] } }) => node.children.length,
  );
  expect(parts).toEqual([0, 0, 2]);
  expect(data.ada).toEqual({ displayName: 'ada', products: { totalCount: 6 } });
  expect(data.lamps.edges).toEqual([{ node: { slug: 'pierced-brass-lantern' } }]);
  await expect(seedDemoProducts(deps, { sellers: [] })).rejects.toThrow('need a seller');
});
