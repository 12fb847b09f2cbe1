import { newId, systemClock } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { as, isWaitingWith, randomOf, type StartedSubgraph, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { products } from '../src/app.ts';
import type { ProductsDeps } from '../src/use-cases/deps.ts';
import { updateCategory } from '../src/use-cases/update-category.ts';
import { CREATE_CATEGORY, startProducts, UPDATE_CATEGORY } from './catalogue.ts';
import { unlockedTree } from './mutants/unlocked-tree.ts';

let graph: StartedSubgraph;
let opened: Awaited<ReturnType<typeof products.open>>;
const staff = as('ida', 'ADMIN');
beforeAll(async () => {
  graph = await startProducts();
  opened = await products.open({
    ...{ config: { sellers: 'open', commissionBasisPoints: 1_000 }, newId, clock: systemClock },
    ...{ databaseUrl: graph.databaseUrl, backplane: graph.backplane, logger: silentLogger },
    cursorSecret: 'a secret for tests, long enough for anyone',
  });
});
afterAll(async () => {
  await opened.infrastructure.close();
  await graph[Symbol.asyncDispose]();
});

async function create(name: string, parentId: string | null = null): Promise<string> {
  const data = await graph.ask(CREATE_CATEGORY, { input: { name, parentId } }, staff);
  return data.createCategory.category.id;
}

/** The categories that are above themselves. */
async function circular(): Promise<string[]> {
  const rows = await sql<{ id: string }>(
    graph,
    `WITH RECURSIVE above AS (
       SELECT id AS of, parent_id AS id FROM category
       UNION SELECT above.of, c.parent_id FROM above JOIN category c ON c.id = above.id
     ) SELECT of AS id FROM above WHERE of = id`,
  );
  return rows.map(({ id }) => id);
}

const isSomebodyWaiting = () => isWaitingWith(graph, 'LOCK TABLE category');

/** Whoever has read the tree goes on only when the other has read it too, or waits for it. */
function meeting(transaction: ProductsDeps['transaction']): ProductsDeps['transaction'] {
  let read = 0;
  return (work) =>
    transaction((stores) => {
      const { categories } = stores;
      const all = async () => {
        const tree = await categories.all();
        read += 1;
        await until(async () => read === 2 || (await isSomebodyWaiting()));
        return tree;
      };
      return work(replaceStores(stores, { categories: { ...categories, all } }));
    });
}

/** Puts each of two categories under the other at once; gives how many of the moves were done. */
async function moveUnderEachOther(transaction: ProductsDeps['transaction']): Promise<number> {
  const [one, other] = [await create('One'), await create('Other')];
  const deps = { ...opened.services, transaction };
  const moves = await Promise.allSettled(
    [
      { id: one, parentId: other },
      { id: other, parentId: one },
    ].map((input) => updateCategory(deps, { userId: staff.userId, roles: ['ADMIN'] }, input)),
  );
  for (const move of moves) {
    if (move.status === 'rejected') expect(move.reason).toMatchObject({ code: 'BAD_USER_INPUT' });
  }
  return moves.filter(({ status }) => status === 'fulfilled').length;
}

test('of two moves that put categories under each other, one is done and one refused', async () => {
  expect(await moveUnderEachOther(meeting(opened.services.transaction))).toBe(1);
  expect(await circular()).toEqual([]);
});

test('without a lock of the tree both would be done, in a circle (mutant)', async () => {
  const mutant = meeting(unlockedTree(opened.services.transaction));
  expect(await moveUnderEachOther(mutant)).toBe(2);
  expect(await circular()).toHaveLength(2);
  await sql(graph, 'UPDATE category SET parent_id = NULL');
});

test('concurrent moves keep the tree a tree', async () => {
  const seed = Number(process.env.SOUK_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`moves: SOUK_SEED=${seed}`);
  const chance = randomOf(seed);
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    ids.push(await create(name, ids[Math.floor(chance() * (ids.length + 1))] ?? null));
  }
  const any = () => ids[Math.floor(chance() * ids.length)] as string;
  let [done, refused] = [0, 0];
  for (let round = 0; round < 10; round += 1) {
    const moves = Array.from({ length: 6 }, () => ({ id: any(), parentId: any() }));
    const answers = await Promise.all(
      moves.map((input) => graph.ask(UPDATE_CATEGORY, { input }, staff)),
    );
    for (const { updateCategory: answer } of answers) {
      if (answer.errors.length === 0) done += 1;
      else refused += 1;
    }
    expect(await circular()).toEqual([]);
  }
  expect(done).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});

test('changes of the tree are sent as a whole, and a new name of a category is not sent', async () => {
  const told = async () =>
    (
      await sql<{ categories: { categoryId: string; parentId: string | null }[] }>(
        graph,
        `SELECT payload -> 'categories' AS categories FROM event_record
         WHERE type = 'products.CategoriesArranged' ORDER BY sequence`,
      )
    ).map(({ categories }) => categories);
  const tree = () =>
    sql(graph, 'SELECT id AS "categoryId", parent_id AS "parentId" FROM category ORDER BY id');
  const before = (await told()).length;
  const above = await create('Above');
  const under = await create('Under', above);
  const change = (input: object) => graph.ask(UPDATE_CATEGORY, { input }, staff);
  await change({ id: under, parentId: null });
  expect(byId((await told()).at(-1))).toEqual(await tree());
  await change({ id: under, name: 'Beneath' });
  expect(await told()).toHaveLength(before + 3);
  await graph.ask(
    'mutation ($id: ID!) { deleteCategory(categoryId: $id) { errors { __typename } } }',
    { id: under },
    staff,
  );
  expect(await told()).toHaveLength(before + 4);
  expect(byId((await told()).at(-1))).toEqual(await tree());
});

const byId = (places: { categoryId: string }[] = []) =>
  places.toSorted((a, b) => (a.categoryId < b.categoryId ? -1 : 1));
