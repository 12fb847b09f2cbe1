import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { newId, systemClock } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import { silentLogger } from '@souk/runtime/process';
import { as, isWaitedFor, type StartedSubgraph, sessionOf, until } from '@souk/testkit';
import { parse, print } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { products } from '../src/app.ts';
import { adjustInventory } from '../src/use-cases/adjust-inventory.ts';
import { aProduct, eur, list, startProducts, variantIdOf } from './catalogue.ts';
import { readRightsFirst } from './mutants/read-rights-first.ts';
import { openSeller } from './sellers.ts';

let graph: StartedSubgraph;
let database: Awaited<ReturnType<typeof connected>>;
const [owner, bo] = [as('ona'), as('bo')];
let sellerId: string;
let productId: string;
let variantId: string;
const reviewId = newId('rev');

async function connected() {
  const client = openClient({ connectionString: graph.databaseUrl });
  await client.connect();
  return client;
}

beforeAll(async () => {
  graph = await startProducts();
  database = await connected();
  sellerId = (await openSeller(graph, {}, owner)).id;
  const product = await list(graph, { sellerId }, owner);
  productId = product.id;
  variantId = variantIdOf(product);
  await database.query(
    `INSERT INTO person (user_id, username, display_name, sequence) VALUES ($1, 'ona', 'Ona', 1)`,
    [owner.userId],
  );
  await database.query(
    `INSERT INTO review (id, line_id, product_id, variant_id, author_id, rating, created_at)
     VALUES ($1, $2, $3, $4, $5, 5, now())`,
    [reviewId, newId('oln'), productId, variantId, as('buyer').userId],
  );
});
afterAll(async () => {
  await database.end();
  await graph[Symbol.asyncDispose]();
});

const key = () => randomUUID();
/** What is done in a seller's name: the input of each such mutation. */
const FOR_A_SELLER: Record<string, () => Record<string, unknown>> = {
  createProduct: () => ({ input: aProduct({ sellerId }) }),
  updateProduct: () => ({ input: { id: productId, title: 'Taken' } }),
  archiveProduct: () => ({ productId }),
  deleteProduct: () => ({ productId }),
  createVariant: () => ({ input: { productId, variant: { sku: 'NEW', price: eur(1) } } }),
  updateVariant: () => ({ input: { id: variantId, price: eur(1) } }),
  deleteVariant: () => ({ variantId }),
  adjustInventory: () => ({
    input: { variantId, delta: -1, reason: 'LOST', idempotencyKey: key() },
  }),
  importProducts: () => ({ sellerId, mediaId: newId('med'), idempotencyKey: key() }),
  answerReview: () => ({ reviewId, text: 'Thanks' }),
  updateSeller: () => ({ input: { id: sellerId, displayName: 'Taken' } }),
  setSellerMember: () => ({ sellerId, userId: owner.userId, role: 'STAFF' }),
  removeSellerMember: () => ({ sellerId, userId: owner.userId }),
};
const OTHERS = [
  ...['createSeller', 'acceptSellerMembership', 'setSellerStatus', 'setCommission'],
  ...['createCategory', 'updateCategory', 'deleteCategory'],
  ...['createReview', 'updateReview', 'deleteReview', 'reportReview', 'setReviewHidden'],
];

const schema = parse(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));
const mutations = schema.definitions.flatMap((one) =>
  one.kind === 'ObjectTypeDefinition' && one.name.value === 'Mutation' ? (one.fields ?? []) : [],
);

/** Begins something as a member, takes them out while it waits for the seller, and gives what became of it. */
async function takenOutMeanwhile<Result>(begin: () => Promise<Result>): Promise<Result> {
  await database.query(
    `INSERT INTO seller_member (seller_id, user_id, role, joined_at, accepted_at)
     VALUES ($1, $2, 'OWNER', now(), now()) ON CONFLICT DO NOTHING`,
    [sellerId, bo.userId],
  );
  await database.query('BEGIN');
  await database.query('SELECT 1 FROM seller WHERE id = $1 FOR NO KEY UPDATE', [sellerId]);
  await database.query('DELETE FROM seller_member WHERE seller_id = $1 AND user_id = $2', [
    ...[sellerId, bo.userId],
  ]);
  const session = await sessionOf(database);
  const running = begin();
  let isOver = false;
  running.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  try {
    await until(async () => {
      if (isOver) throw new Error(`It waited for nothing: ${JSON.stringify(await running)}`);
      return isWaitedFor(graph, session);
    });
  } finally {
    await database.query('COMMIT');
  }
  return running;
}

test('every mutation is done in a seller’s name, or said not to be', () => {
  const known = [...Object.keys(FOR_A_SELLER), ...OTHERS].sort();
  expect(mutations.map(({ name }) => name.value).sort()).toEqual(known);
});

test.each(Object.keys(FOR_A_SELLER))(
  '%s: a member who was removed while it waited for the seller is refused',
  async (name) => {
    const field = mutations.find((one) => one.name.value === name);
    const given = field?.arguments?.map(({ name: { value }, type }) => ({ value, type })) ?? [];
    const variables = FOR_A_SELLER[name]?.() ?? {};
    const asked = given.filter(({ value }) => value in variables);
    const typed = asked.map(({ value, type }) => `$${value}: ${print(type)}`).join(', ');
    const passed = asked.map(({ value }) => `${value}: $${value}`).join(', ');
    const text = `mutation (${typed}) { answer: ${name}(${passed}) { errors { ... on UserError { code } } } }`;
    const answer = await takenOutMeanwhile(() => graph.execute(text, variables, bo));
    expect(answer.data.answer.errors).toEqual([
      { code: name === 'answerReview' ? 'NOT_YOUR_REVIEW' : 'NOT_THE_SELLER' },
    ]);
  },
);

test('rights that are read before the seller is waited for are used after they ended (mutant)', async () => {
  const { infrastructure, services } = await products.open({
    ...{ config: { sellers: 'open', commissionBasisPoints: 1_000 }, newId, clock: systemClock },
    ...{ databaseUrl: graph.databaseUrl, backplane: graph.backplane, logger: silentLogger },
    cursorSecret: 'a secret for tests, long enough for anyone',
  });
  const deps: typeof services = {
    ...services,
    transaction: (work) =>
      services.transaction((stores) => work(readRightsFirst(stores, bo.userId))),
  };
  const input = { variantId, delta: -1, reason: 'LOST' as const, idempotencyKey: key() };
  const adjusted = await takenOutMeanwhile(() =>
    adjustInventory(deps, { userId: bo.userId, roles: [] }, input),
  );
  await infrastructure.close();
  expect(adjusted.replayed).toBe(false);
});
