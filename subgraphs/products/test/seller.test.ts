import { randomUUID } from 'node:crypto';
import { deskIdOf, newId, pairId } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import {
  type Answer,
  as,
  insist,
  isWaitedFor,
  type StartedSubgraph,
  sessionOf,
  until,
} from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_OPENED } from '../src/domain/seller.ts';
import {
  aProduct,
  CREATE,
  list,
  sellerIdOf,
  startProducts,
  UPDATE,
  variantIdOf,
} from './catalogue.ts';
import { ACCEPT, openSeller, REMOVE_MEMBER, SELLER, SET_MEMBER, SET_STATUS } from './sellers.ts';

let graph: StartedSubgraph;
let db: ReturnType<typeof openClient>;
const staff = as('boss', 'ADMIN');
const [olga, mina, sten] = [as('olga'), as('mina'), as('sten')];
beforeAll(async () => {
  graph = await startProducts({ worker: true });
  db = openClient({ connectionString: graph.databaseUrl });
  await db.connect();
  for (const [name, person] of Object.entries({ olga, mina, sten })) {
    await register(person.userId, name);
  }
});
afterAll(async () => {
  await db.end();
  await graph[Symbol.asyncDispose]();
});

const person = (userId: string, name: string) => ({
  ...{ userId, username: name, displayName: `The real ${name}`, locale: null },
});

async function register(userId: string, name: string, sequence = 1) {
  const emailVerification = { token: 'x', expiresAt: new Date(0).toISOString() };
  const mail = { email: `${name}@souk.test`, emailVerification };
  const stream = `user:${userId}`;
  await graph.deliver(
    'users.UserRegistered',
    { ...person(userId, name), ...mail },
    { stream, sequence },
  );
  await until(async () => {
    const { rows } = await db.query('SELECT 1 FROM person WHERE user_id = $1', [userId]);
    return rows.length === 1;
  });
}

/** What the operation's one field answers, or the code by which it is refused. */
async function ask(
  query: string,
  variables: object,
  viewer: ReturnType<typeof as> | null = olga,
): Promise<Answer['data']> {
  const { data, errors } = await insist(() => graph.execute(query, { ...variables }, viewer));
  return Object.values(data ?? {})[0] ?? errors?.[0]?.extensions?.code;
}
const codes = ({ errors }: { errors: { code: string }[] }) => errors.map(({ code }) => code);

const eventsOf = async (sellerId: string) => {
  const { rows } = await db.query(
    'SELECT type, payload FROM event_record WHERE stream = $1 ORDER BY sequence',
    [`seller:${sellerId}`],
  );
  return rows as { type: string; payload: Record<string, unknown> }[];
};

test('a seller is created once for each key, with its own handle, and its owner sells as it at once', async () => {
  const input = {
    ...{ handle: 'oak-and-iron', displayName: 'Oak & Iron', description: 'Tools.' },
    trader: { legalName: 'Oak & Iron Lda', country: 'pt', vatId: 'PT123', email: 'Oak@Souk.test' },
    idempotencyKey: randomUUID(),
  };
  const [opened, again] = [
    await openSeller(graph, input, olga),
    await openSeller(graph, input, olga),
  ];
  expect(opened).toMatchObject({
    ...{ handle: 'oak-and-iron', displayName: 'Oak & Iron', status: 'ACTIVE', version: 1 },
    trader: {
      legalName: 'Oak & Iron Lda',
      country: 'PT',
      registrationNumber: null,
      vatId: 'PT123',
    },
  });
  expect(again.id).toBe(opened.id);
  const { product } = await ask(CREATE, { input: aProduct() });
  expect(product.seller).toEqual({ id: opened.id });
  const taken = await ask(
    SELLER.create,
    { input: { ...input, idempotencyKey: randomUUID() } },
    mina,
  );
  expect(taken.errors).toMatchObject([
    { __typename: 'HandleTakenError', code: 'HANDLE_TAKEN', suggestion: 'oak-and-iron-2' },
  ]);
  const [first] = await eventsOf(opened.id);
  expect(first).toMatchObject({
    type: 'products.SellerCreated',
    payload: {
      ...{ sellerId: opened.id, status: 'ACTIVE', version: 1 },
      members: [{ userId: olga.userId, role: 'OWNER' }],
      commissions: [{ categoryId: null, basisPoints: 1000 }],
    },
  });
});

test('of many requests for one handle at once, one gets it and the others an error', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      ask(
        SELLER.create,
        { input: SELLER.input({ handle: 'wanted-by-all' }) },
        as(`handle-${index}`),
      ),
    ),
  );
  expect(answers.filter(({ seller }) => seller)).toHaveLength(1);
  expect(answers.flatMap(codes)).toEqual(Array(7).fill('HANDLE_TAKEN'));
});

describe('who sells by themselves', () => {
  test('is one seller, however many products they list at once, and gets their name when it is known', async () => {
    const pia = { ...as('pia'), userId: newId('usr') };
    const created = await Promise.all(
      Array.from({ length: 6 }, () => ask(CREATE, { input: aProduct() }, pia)),
    );
    const ids = new Set(created.map(({ product }) => product.seller.id));
    expect([...ids]).toEqual([sellerIdOf(pia)]);
    const seen = async () => ask(SELLER.byId, { id: sellerIdOf(pia) }, null);
    expect(await seen()).toMatchObject({ handle: expect.stringMatching(/^seller-/), trader: null });
    await register(pia.userId, 'pia_k');
    await until(async () => (await seen()).handle === 'pia-k');
    expect((await seen()).displayName).toBe('The real pia_k');
    const renamed = {
      ...person(pia.userId, 'pia_k'),
      displayName: 'Pia',
      changed: ['displayName'],
    };
    const stream = `user:${pia.userId}`;
    await graph.deliver('users.ProfileUpdated', renamed, { stream, sequence: 2 });
    await until(async () => (await seen()).displayName === 'Pia');
    const input = { id: sellerIdOf(pia), displayName: 'Pia’s' };
    expect((await ask(SELLER.update, { input }, pia)).errors).toEqual([]);
    await graph.deliver('users.ProfileUpdated', renamed, { stream, sequence: 3 });
    await until(async () => (await graph.backplane.jobs.backlog('events.products')) === 0);
    expect((await seen()).displayName).toBe('Pia’s');
    expect((await eventsOf(sellerIdOf(pia))).at(-1)?.payload).toMatchObject({
      changed: ['displayName'],
    });
  });
});

describe('who works for a seller', () => {
  let sellerId: string;
  beforeAll(async () => {
    sellerId = (await openSeller(graph, { handle: 'many-hands' }, olga)).id;
  });
  const set = (userId: string, role: string, viewer = olga) =>
    ask(SET_MEMBER, { sellerId, userId, role }, viewer);
  const accept = (viewer = olga) => ask(ACCEPT, { sellerId }, viewer);
  const remove = (userId: string, viewer = olga) =>
    ask(REMOVE_MEMBER, { sellerId, userId }, viewer);

  test('may do what the table says of their role, in the desk and in use cases', async () => {
    for (const [person, role] of [
      [mina, 'MANAGER'],
      [sten, 'STAFF'],
    ] as const) {
      expect((await set(person.userId, role)).member).toMatchObject({ role });
      expect((await accept(person)).member.desk).not.toBeNull();
    }
    const desk = async (viewer: ReturnType<typeof as> | null) =>
      (await ask(SELLER.byId, { id: sellerId }, viewer)).desk;
    const can = async (viewer: ReturnType<typeof as>) => (await desk(viewer))?.viewerCan;
    expect(await can(olga)).toContain('MANAGE_MEMBERS');
    expect(await can(mina)).not.toContain('MANAGE_MEMBERS');
    expect(await can(sten)).toEqual([
      'EDIT_PRODUCTS',
      'ADJUST_STOCK',
      'FULFIL_ORDERS',
      'ANSWER_REVIEWS',
      'ANSWER_CUSTOMERS',
    ]);
    expect(await can(as('sue', 'SUPPORT'))).toEqual([]);
    expect(await desk(as('anna'))).toBeNull();
    expect(await desk(null)).toBeNull();

    const product = await list(graph, { sellerId }, sten);
    const change = { input: { id: product.id, title: 'By staff' } };
    expect(codes(await ask(UPDATE, change, sten))).toEqual([]);
    expect(codes(await ask(UPDATE, change, as('anna')))).toEqual(['NOT_THE_SELLER']);
    const rename = { input: { id: sellerId, displayName: 'Mine' } };
    expect(codes(await ask(SELLER.update, rename, sten))).toEqual(['NOT_THE_SELLER']);
    expect(codes(await ask(SELLER.update, rename, mina))).toEqual([]);
    expect(codes(await set(as('anna').userId, 'STAFF'))).toEqual(['USER_NOT_FOUND']);
    expect(codes(await set(sten.userId, 'OWNER', mina))).toEqual(['NOT_THE_SELLER']);
    expect(codes(await ask(CREATE, { input: aProduct({ sellerId }) }, as('anna')))).toEqual([
      'NOT_THE_SELLER',
    ]);
  });

  test('of several sellers names one, and a draft belongs to that one alone', async () => {
    await openSeller(graph, { handle: 'another-one' }, sten);
    expect(codes(await ask(CREATE, { input: aProduct() }, sten))).toEqual(['BAD_USER_INPUT']);
    const draft = await list(graph, { sellerId, status: 'DRAFT' }, sten);
    const data = await graph.ask('query ($id: ID!) { product(id: $id) { id } }', draft, mina);
    expect(data.product).toEqual({ id: draft.id });
  });

  test('is added and removed by an owner, or leaves; the last owner stays, under races too', async () => {
    expect(codes(await remove(olga.userId))).toEqual(['LAST_OWNER']);
    expect(codes(await set(olga.userId, 'STAFF'))).toEqual(['LAST_OWNER']);
    expect(codes(await remove(as('anna').userId))).toEqual(['SELLER_MEMBER_NOT_FOUND']);
    expect(codes(await remove(olga.userId, sten))).toEqual(['NOT_THE_SELLER']);
    expect((await remove(sten.userId, sten)).deletedId).toBe(pairId('smb', sellerId, sten.userId));
    expect((await set(mina.userId, 'OWNER')).errors).toEqual([]);
    // Each sees the other as an owner who stays, unless they are told apart.
    const both = await Promise.all([remove(olga.userId, mina), remove(mina.userId, olga)]);
    expect(both.flatMap(codes)).toHaveLength(1);
    const { rows } = await db.query(
      `SELECT user_id FROM seller_member WHERE seller_id = $1 AND role = 'OWNER'`,
      [sellerId],
    );
    expect(rows).toHaveLength(1);
    const told = (await eventsOf(sellerId)).at(-1)?.payload;
    expect(told?.members).toEqual([{ userId: rows[0].user_id, role: 'OWNER' }]);
  });

  test('is visible with its desk only to its own people, by every path', async () => {
    const reps = [
      { __typename: 'SellerDesk', id: deskIdOf(sellerId) },
      { __typename: 'SellerMember', id: pairId('smb', sellerId, olga.userId) },
    ];
    const query = `query ($reps: [_Any!]!) { _entities(representations: $reps) { __typename
      ... on SellerDesk { commissionBasisPoints } } }`;
    for (const viewer of [null, as('anna'), as('mo', 'MODERATOR')]) {
      expect((await graph.ask(query, { reps }, viewer))._entities).toEqual([null, null]);
    }
    expect((await graph.ask(query, { reps }, staff))._entities[0]).toEqual({
      ...{ __typename: 'SellerDesk', commissionBasisPoints: 1000 },
    });
  });
});

describe('nobody works for a seller without consent', () => {
  test('an invited person has no rights there, lists as themselves, and may decline', async () => {
    const { id: sellerId } = await openSeller(graph, { handle: 'come-and-join' }, olga);
    const rosa = { ...as('rosa'), userId: newId('usr') };
    await register(rosa.userId, 'rosa');
    for (const role of ['STAFF', 'OWNER']) {
      await ask(SET_MEMBER, { sellerId, userId: rosa.userId, role }, olga);
    }
    const mine = `{ viewer { sellerMemberships { edges { node { role acceptedAt seller { id } desk { id } } } } } }`;
    const asked = async () => (await ask(mine, {}, rosa)).sellerMemberships.edges;
    expect(await asked()).toEqual([
      { node: { role: 'OWNER', acceptedAt: null, seller: { id: sellerId }, desk: null } },
    ]);
    expect((await ask(SELLER.byId, { id: sellerId }, rosa)).desk).toBeNull();
    expect(codes(await ask(CREATE, { input: aProduct({ sellerId }) }, rosa))).toEqual([
      'NOT_THE_SELLER',
    ]);
    const { product } = await ask(CREATE, { input: aProduct() }, rosa);
    expect(product.seller.id).toBe(sellerIdOf(rosa));
    // Who was only asked is no owner to be left with, and none that others are told of.
    expect(codes(await ask(REMOVE_MEMBER, { sellerId, userId: olga.userId }, olga))).toEqual([
      'LAST_OWNER',
    ]);
    expect((await eventsOf(sellerId)).at(-1)?.payload.members).toEqual([
      { userId: olga.userId, role: 'OWNER' },
    ]);
    expect(codes(await ask(REMOVE_MEMBER, { sellerId, userId: rosa.userId }, rosa))).toEqual([]);
    expect(codes(await ask(ACCEPT, { sellerId }, rosa))).toEqual(['SELLER_MEMBER_NOT_FOUND']);
  });

  test('a member who was removed while they waited changes nothing any more', async () => {
    const { id: sellerId } = await openSeller(graph, { handle: 'held-up' }, olga);
    await ask(SET_MEMBER, { sellerId, userId: mina.userId, role: 'OWNER' }, olga);
    await ask(ACCEPT, { sellerId }, mina);
    await db.query('BEGIN');
    await db.query('SELECT 1 FROM seller WHERE id = $1 FOR UPDATE', [sellerId]);
    await db.query('DELETE FROM seller_member WHERE seller_id = $1 AND user_id = $2', [
      sellerId,
      mina.userId,
    ]);
    const session = await sessionOf(db);
    const late = Promise.all([
      ask(SET_MEMBER, { sellerId, userId: sten.userId, role: 'OWNER' }, mina),
      ask(SELLER.update, { input: { id: sellerId, displayName: 'Taken' } }, mina),
      ask(REMOVE_MEMBER, { sellerId, userId: olga.userId }, mina),
    ]);
    await until(() => isWaitedFor(graph, session));
    await db.query('COMMIT');
    expect((await late).flatMap(codes)).toEqual(Array(3).fill('NOT_THE_SELLER'));
  });
});

test('one person can create only the allowed number of sellers, however many at once', async () => {
  const many = as('many-sellers');
  const open = () => ask(SELLER.create, { input: SELLER.input() }, many);
  for (let n = 0; n < MAX_OPENED - 2; n += 1) await open();
  const answers = await Promise.all(Array.from({ length: 6 }, open));
  expect(answers.filter(({ seller }) => seller)).toHaveLength(2);
  expect(answers.flatMap(codes)).toEqual(Array(4).fill('SELLERS_FULL'));
  const made = SELLER.input({ handle: `seller-${'a'.repeat(12)}` });
  expect(codes(await ask(SELLER.create, { input: made }, as('taker')))).toEqual(['BAD_USER_INPUT']);
});

describe('a seller who may not sell', () => {
  const shown = async (
    product: { id: string; defaultVariant: { id: string } },
    of: object = {},
  ) => {
    const query = `query ($id: ID!, $filter: ProductFilter!, $words: String!) {
      product(id: $id) { availability inStock defaultVariant { availability maxQuantity } }
      all: products(query: $words, filter: $filter) { totalCount }
      listed: products(filter: $filter, first: 100) { totalCount edges { node { id } } } }`;
    const data = await graph.ask(query, {
      id: product.id,
      words: 'suspendable',
      filter: of,
    });
    const ids = data.listed.edges.map(({ node }: { node: { id: string } }) => node.id);
    return { ...data.product, byWords: data.all.totalCount, isListed: ids.includes(product.id) };
  };
  const status = (sellerId: string, to: string, viewer = staff) =>
    ask(SET_STATUS, { sellerId, status: to, reason: 'Because.' }, viewer);

  test('is suspended with all of its products in that moment, and let in again with them', async () => {
    const { id: sellerId } = await openSeller(graph, { handle: 'not-for-now' }, olga);
    const product = await list(graph, { sellerId, title: 'Suspendable' }, olga);
    const onSale = await shown(product);
    expect(onSale).toMatchObject({ availability: 'IN_STOCK', byWords: 1, isListed: true });

    expect(codes(await status(sellerId, 'SUSPENDED', olga))).toEqual(['FORBIDDEN']);
    expect((await status(sellerId, 'SUSPENDED')).seller).toMatchObject({ status: 'SUSPENDED' });
    const off = { availability: 'NOT_FOR_SALE', inStock: false, byWords: 0, isListed: false };
    const variant = { availability: 'NOT_FOR_SALE', maxQuantity: 0 };
    const filters = [
      { sellerIds: [sellerId] },
      { inStock: true },
      { availabilities: ['IN_STOCK'] },
    ];
    for (const filter of [{}, ...filters]) {
      expect(await shown(product, filter)).toEqual({ ...off, defaultVariant: variant });
    }
    const { products, desk } = await ask(SELLER.byId, { id: sellerId }, olga);
    expect(products.totalCount).toBe(0);
    expect(desk).toMatchObject({ statusReason: 'Because.', products: { totalCount: 1 } });
    const onDesk = async (...availabilities: string[]) => {
      const query = `query ($id: ID!, $filter: ProductFilter!) { seller(id: $id) { desk {
        products(filter: $filter) { totalCount } } } }`;
      const data = await graph.ask(query, { id: sellerId, filter: { availabilities } }, olga);
      return data.seller.desk.products.totalCount;
    };
    expect([await onDesk('NOT_FOR_SALE'), await onDesk('IN_STOCK', 'OUT')]).toEqual([1, 0]);
    const draft = await list(graph, { sellerId, status: 'DRAFT' }, olga);
    const publish = { input: { id: draft.id, status: 'ACTIVE' } };
    expect(codes(await ask(UPDATE, publish))).toEqual(['SELLER_NOT_ACTIVE']);
    expect(codes(await ask(CREATE, { input: aProduct({ sellerId }) }))).toEqual([
      'SELLER_NOT_ACTIVE',
    ]);

    expect((await status(sellerId, 'ACTIVE')).errors).toEqual([]);
    expect(await shown(product)).toEqual(onSale);
    expect((await status(sellerId, 'CLOSED')).errors).toEqual([]);
    expect(codes(await status(sellerId, 'ACTIVE'))).toEqual(['ILLEGAL_TRANSITION']);
    expect((await shown(product)).availability).toBe('NOT_FOR_SALE');
    const { rows } = await db.query(`
      (SELECT * FROM listing EXCEPT SELECT * FROM places_of(NULL))
      UNION ALL (SELECT * FROM places_of(NULL) EXCEPT SELECT * FROM listing)`);
    expect(rows).toEqual([]);
  });

  test('has more products than are put off the lists at once: the rest follow', async () => {
    const { id: sellerId } = await openSeller(graph, { handle: 'very-many' }, olga);
    const { id } = await list(graph, { sellerId }, olga);
    await db.query(
      `INSERT INTO product SELECT (jsonb_populate_record(p, jsonb_build_object(
         'id', 'prd_many' || lpad(n::text, 4, '0'), 'slug', 'many-' || n))).*
       FROM product p, generate_series(1, 1100) n WHERE p.id = $1`,
      [id],
    );
    const onLists = async () => {
      const { rows } = await db.query(
        `SELECT count(*)::int AS n FROM listing l JOIN product p ON p.id = l.product_id
         WHERE p.seller_id = $1 AND l.shelf = '/'`,
        [sellerId],
      );
      return rows[0].n as number;
    };
    expect(await onLists()).toBe(1101);
    await status(sellerId, 'SUSPENDED');
    expect(await onLists()).toBeLessThanOrEqual(601);
    await until(async () => (await onLists()) === 0);
    await status(sellerId, 'ACTIVE');
    await until(async () => (await onLists()) === 1101);
  });

  test('keeps its drafts to itself: a stranger who asks to publish one learns nothing about it', async () => {
    const { id: sellerId } = await openSeller(graph, { handle: 'quiet-one' }, olga);
    const draft = await list(graph, { sellerId, status: 'DRAFT' }, olga);
    await status(sellerId, 'SUSPENDED');
    const publish = (id: string) => ask(UPDATE, { input: { id, status: 'ACTIVE' } }, mina);
    const [hidden, nothing] = [await publish(draft.id), await publish(newId('prd'))];
    expect(codes(hidden)).toEqual(['PRODUCT_NOT_FOUND']);
    expect(hidden).toEqual(nothing);
  });

  test('has no stock reserved for later orders', async () => {
    const { id: sellerId } = await openSeller(graph, { handle: 'sold-before' }, olga);
    const product = await list(graph, { sellerId }, olga);
    const order = async () => {
      const orderId = newId('ord');
      const line = { lineId: newId('oln'), variantId: variantIdOf(product), quantity: 1 };
      await graph.deliver('orders.OrderPlaced', {
        ...{ orderId, number: 'S-1', buyerId: mina.userId, currency: 'EUR', totalMinor: 1 },
        lines: [{ ...line, unitPriceMinor: 1, sellerOrderId: null }],
      });
      const outcome = await until(async () => {
        const { rows } = await db.query(
          'SELECT type, payload FROM event_record WHERE stream = $1',
          [`order:${orderId}`],
        );
        return rows[0];
      });
      return outcome as { type: string; payload: { shortages?: { reason: string }[] } };
    };
    expect((await order()).type).toBe('products.StockReserved');
    await status(sellerId, 'SUSPENDED');
    expect(await order()).toMatchObject({
      ...{ type: 'products.StockRejected', payload: { shortages: [{ reason: 'NOT_FOR_SALE' }] } },
    });
  });

  test('waits until staff let it in, where selling is granted', async () => {
    const config = { sellers: 'granted' as const, commissionBasisPoints: 500 };
    await using strict = await startProducts({ config });
    const seller = await openSeller(strict, { handle: 'please' }, olga);
    expect(seller.status).toBe('PENDING');
    const seen = async (viewer: ReturnType<typeof as> | null) =>
      (await strict.execute(SELLER.byId, { id: seller.id }, viewer)).data.seller?.status ?? null;
    expect(await Promise.all([null, mina, olga, staff].map(seen))).toEqual([
      ...[null, null, 'PENDING', 'PENDING'],
    ]);
    const draft = await list(strict, { status: 'DRAFT' }, olga);
    const data = await strict.ask(CREATE, { input: aProduct() }, olga);
    expect(codes(data.createProduct)).toEqual(['SELLER_NOT_ACTIVE']);
    await strict.execute(SET_STATUS, { sellerId: seller.id, status: 'ACTIVE' }, staff);
    const publish = { input: { id: draft.id, status: 'ACTIVE' } };
    const published = await strict.execute(UPDATE, publish, olga);
    expect(codes(published.data.updateProduct)).toEqual([]);
    expect(await seen(null)).toBe('ACTIVE');
  });
});

test('staff set the commission, by category too, and orders learns of it', async () => {
  const { id: sellerId } = await openSeller(graph, { handle: 'by-commission' }, olga);
  const created = await graph.execute(
    'mutation { createCategory(input: { name: "Rates" }) { category { id } } }',
    ...[{}, staff],
  );
  const categoryId = created.data.createCategory.category.id;
  const set = (given: object, viewer = staff) =>
    ask(SELLER.setCommission, { sellerId, ...given }, viewer);
  expect(codes(await set({ basisPoints: 1 }, olga))).toEqual(['FORBIDDEN']);
  expect(codes(await set({ basisPoints: 10_001 }))).toEqual(['BAD_USER_INPUT']);
  expect(codes(await set({ basisPoints: 5, categoryId: newId('cat') }))).toEqual([
    'CATEGORY_NOT_FOUND',
  ]);
  expect((await set({ basisPoints: 700 })).errors).toEqual([]);
  expect((await set({ basisPoints: 300, categoryId })).errors).toEqual([]);
  const { desk } = await ask(SELLER.byId, { id: sellerId });
  expect(desk).toMatchObject({
    commissionBasisPoints: 700,
    categoryCommissions: [{ category: { id: categoryId }, basisPoints: 300 }],
  });
  expect((await eventsOf(sellerId)).at(-1)?.payload.commissions).toEqual([
    { categoryId: null, basisPoints: 700 },
    { categoryId, basisPoints: 300 },
  ]);
});

test("shoppers who subscribe to a seller's things learn of its suspension, and not of its people", async () => {
  const { id: sellerId } = await openSeller(graph, { handle: 'followed' }, olga);
  const [product, other] = [
    await list(graph, { sellerId }, olga),
    await list(graph, {}, as('far')),
  ];
  const EVENTS = `subscription ($productIds: [ID!]) { catalogEvents(productIds: $productIds) {
    __typename ... on SellerChanged { seller { id status } changed } } }`;
  const follow = (id: string) => graph.subscribe(EVENTS, { productIds: [id] });
  await using near = await follow(product.id);
  await using far = await follow(other.id);
  await Promise.all([near.atLeast(1), far.atLeast(1)]);
  await ask(SET_MEMBER, { sellerId, userId: mina.userId, role: 'STAFF' });
  await ask(SET_STATUS, { sellerId, status: 'SUSPENDED' }, staff);
  await graph.execute(UPDATE, { input: { id: other.id, title: 'Last' } }, as('far'));
  await Promise.all([near.atLeast(2), far.atLeast(2)]);
  const kinds = (items: Answer[]) => items.map(({ data }) => data.catalogEvents.__typename);
  expect(kinds(far.items)).toEqual(['CaughtUp', 'ProductChanged']);
  expect(near.items.slice(1).map(({ data }) => data.catalogEvents)).toEqual([
    {
      ...{ __typename: 'SellerChanged', changed: ['status'] },
      seller: { id: sellerId, status: 'SUSPENDED' },
    },
  ]);
});

test('sellers are found by words of their names, only in the requested status', async () => {
  const owner = as('potter');
  const [found] = [
    await openSeller(graph, { displayName: 'Olaria São Pedro', description: 'Clay pots' }, owner),
    await openSeller(graph, { displayName: 'Ironmonger' }, owner),
  ];
  const search = async (query: string, status = 'ACTIVE') => {
    const asked = `query ($query: String, $status: SellerStatus) {
      sellers(query: $query, status: $status) { totalCount edges { node { id } } } }`;
    const { sellers } = await graph.ask(asked, { query, status }, as('boss', 'ADMIN'));
    expect(sellers.totalCount).toBe(sellers.edges.length);
    return sellers.edges.map(({ node }: { node: { id: string } }) => node.id);
  };
  for (const query of ['olaria', 'SAO ped', 'clay'])
    expect(await search(query)).toEqual([found.id]);
  for (const query of ['edro', 'olaria iron', '-', 'status_ACTIVE', 'status', 'sta', '_']) {
    expect(await search(query)).toEqual([]);
  }
  const suspend = { sellerId: found.id, status: 'SUSPENDED' };
  await graph.execute(SET_STATUS, suspend, as('boss', 'ADMIN'));
  expect(await search('olaria')).toEqual([]);
  expect(await search('olaria', 'SUSPENDED')).toEqual([found.id]);
  const input = { id: found.id, displayName: 'Oleiro' };
  await graph.execute(SELLER.update, { input }, owner);
  expect(await search('olaria', 'SUSPENDED')).toEqual([]);
  expect(await search('oleiro', 'SUSPENDED')).toEqual([found.id]);
});
