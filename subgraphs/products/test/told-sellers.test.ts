import { readFileSync } from 'node:fs';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { list, sellerIdOf, startProducts } from './catalogue.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startProducts();
});
afterAll(() => graph[Symbol.asyncDispose]());

const FOLDER = new URL('../../../prisma/products/migrations/', import.meta.url);

test('chat is told of each earlier seller, as a whole', async () => {
  const olga = as('olga');
  await list(graph, {}, olga);
  const migration = new URL('20261127190100_tell_chat_of_sellers/migration.sql', FOLDER);
  await sql(graph, 'DELETE FROM event_delivery');
  await sql(graph, readFileSync(migration, 'utf8'));
  const told = await sql<{ consumer: string; type: string; payload: object }>(
    graph,
    `SELECT d.consumer, r.type, r.payload FROM event_delivery d JOIN event_record r ON r.id = d.event_id`,
  );
  expect(told).toEqual([
    {
      ...{ consumer: 'chat', type: 'products.SellerUpdated' },
      payload: expect.objectContaining({
        ...{ sellerId: sellerIdOf(olga), status: 'ACTIVE' },
        members: [{ userId: olga.userId, role: 'OWNER' }],
      }),
    },
  ]);
});
