import { createActivityRecord } from '@souk/runtime/backplane';
import { newId, systemClock } from '@souk/runtime/domain';
import type { PayloadOf } from '@souk/runtime/events';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { decideNotices } from '../src/use-cases/decide-notices.ts';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

type Status = PayloadOf<'products.ProductUpdated'>['status'];

/** A market with a seller and one product of theirs in a category, whose events come in order. */
async function aMarket() {
  const ids = { sellerId: newId('sel'), categoryId: newId('cat'), productId: newId('prd') };
  const { sellerId, categoryId, productId } = ids;
  const variantId = newId('var');
  /** What the category is a part of, and what that is. */
  const aboveCategoryIds = [newId('cat'), newId('cat')];
  let [places, sellerPlaces] = [1, 1];
  const variant = { variantId, sku: 'MUG', title: 'Red', currency: 'EUR', weightGrams: null };
  const product = (status: Status, given: { priceMinor?: number; title?: string } = {}) => ({
    ...{ productId, sellerId, slug: 'mug', title: given.title ?? 'Mug', status, version: 1 },
    ...{
      categoryIds: [categoryId],
      aboveCategoryIds,
      variants: [{ ...variant, priceMinor: given.priceMinor ?? 900 }],
    },
  });
  const seller = (status: PayloadOf<'products.SellerUpdated'>['status']) => ({
    ...{ sellerId, handle: 'mugs', displayName: 'Mugs', status, version: 1 },
    ...{ members: [], commissions: [] },
  });
  const stream = `product:${productId}`;
  await graph.deliver('products.SellerCreated', seller('ACTIVE'), {
    ...{ stream: `seller:${sellerId}`, sequence: sellerPlaces },
  });
  await others.idle();
  return {
    ...ids,
    aboveCategoryIds,
    create: async (status: Status) => {
      await graph.deliver('products.ProductCreated', product(status), { stream, sequence: places });
      await others.idle();
    },
    change: async (
      status: Status,
      {
        changed = ['status'],
        ...given
      }: Parameters<typeof product>[1] & { changed?: string[] } = {},
      at?: number,
    ) => {
      places += 1;
      const sequence = at ?? places;
      const event = { ...product(status, given), changed };
      await graph.deliver('products.ProductUpdated', event, { stream, sequence });
      await others.idle();
    },
    comeBack: async () => {
      await graph.deliver('products.InventoryUpdated', {
        ...{ variantId, productId, onHand: 5, reserved: 0, available: 5, policy: 'DENY' },
        ...{ previousAvailability: 'OUT', availability: 'IN_STOCK' },
      } as PayloadOf<'products.InventoryUpdated'>);
      await others.idle();
    },
    setSeller: async (status: PayloadOf<'products.SellerUpdated'>['status']) => {
      sellerPlaces += 1;
      const at = { stream: `seller:${sellerId}`, sequence: sellerPlaces };
      await graph.deliver('products.SellerUpdated', { ...seller(status), changed: ['status'] }, at);
      await others.idle();
    },
  };
}

const watch = async (who: string, input: object) => {
  const data = await graph.ask(
    `mutation ($input: WatchInput!) { watch(input: $input) {
       entity { id viewerWatch { events channels } } errors { ... on UserError { code path } } } }`,
    { input },
    as(who),
  );
  return data.watch;
};
const ALL = ['BACK_IN_STOCK', 'PRICE_DROP', 'STATUS_CHANGE'];
/** What somebody's inbox says, the newest first: title, count, and where it leads to. */
const inboxOf = async (who: string) => {
  const rows = await sql<{ said: string; count: number; target: { entityId: string } }>(
    graph,
    `SELECT words->>'text' AS said, count, target FROM notification
     WHERE user_id = $1 ORDER BY id DESC`,
    [as(who).userId],
  );
  return rows.map(({ said, count, target }) => [said, count, target.entityId]);
};

test('a product, its seller and its category can be watched, with one notice for each event', async () => {
  const market = await aMarket();
  const { productId, sellerId, categoryId } = market;
  const watchers = { 'of-product': productId, 'of-seller': sellerId, 'of-category': categoryId };
  for (const [who, entityId] of Object.entries(watchers)) {
    expect(await watch(who, { entityId, events: ALL })).toEqual({
      entity: {
        ...{ id: entityId },
        viewerWatch: { events: ALL, channels: ['IN_APP', 'EMAIL', 'PUSH'] },
      },
      errors: [],
    });
  }
  await watch('of-all', { entityId: productId, events: ALL });
  await watch('of-all', { entityId: sellerId, events: ALL });
  await watch('of-price', { entityId: categoryId, events: ['PRICE_DROP'] });

  await market.create('DRAFT');
  expect(await inboxOf('of-category')).toEqual([]);
  await market.change('ACTIVE');
  await market.change('ACTIVE', { changed: ['variants'], priceMinor: 700 });
  await market.comeBack();
  const happened = [
    ['BACK_IN_STOCK', 1, productId],
    ['PRICE_DROP', 1, productId],
    ['STATUS_NEW', 1, productId],
  ];
  for (const who of [...Object.keys(watchers), 'of-all']) {
    expect(await inboxOf(who), who).toEqual(happened);
  }
  expect(await inboxOf('of-price')).toEqual([['PRICE_DROP', 1, productId]]);

  // What goes on and off is one entry while it is unread; of one that is off, the name that it had is said.
  await market.change('ARCHIVED', { title: 'Secret' });
  const [, , status] = await inboxOf('of-product');
  expect(status).toEqual(['STATUS_ARCHIVED', 2, productId]);
  const [{ title } = { title: '' }] = await sql<{ title: string }>(
    graph,
    `SELECT words->'values'->>'title' AS title FROM notification
     WHERE user_id = $1 AND words->>'text' = 'STATUS_ARCHIVED'`,
    [as('of-product').userId],
  );
  expect(title).toBe('Mug');
  // Heard late, or without a change of its status, nothing is said.
  await market.change('ACTIVE', {}, 2);
  await market.change('ARCHIVED', { changed: ['title'] });
  expect((await inboxOf('of-product'))[2]).toEqual(['STATUS_ARCHIVED', 2, productId]);
});

test('watching a category covers its subcategories, for every kind of event', async () => {
  const market = await aMarket();
  const { productId, categoryId, aboveCategoryIds } = market;
  const [parent, top] = aboveCategoryIds as [string, string];
  const watchers = { 'of-part': categoryId, 'of-parent': parent, 'of-top': top };
  for (const [who, entityId] of Object.entries(watchers))
    await watch(who, { entityId, events: ALL });
  for (const entityId of [categoryId, top]) await watch('of-both', { entityId, events: ALL });
  await market.create('ACTIVE');
  await market.change('ACTIVE', { changed: ['variants'], priceMinor: 700 });
  await market.comeBack();
  for (const who of [...Object.keys(watchers), 'of-both']) {
    expect(await inboxOf(who), who).toEqual([
      ['BACK_IN_STOCK', 1, productId],
      ['PRICE_DROP', 1, productId],
      ['STATUS_NEW', 1, productId],
    ]);
  }
});

test("a suspended seller's products notify nobody, and watchers of the seller learn of the suspension", async () => {
  const market = await aMarket();
  await market.create('ACTIVE');
  await watch('fan', { entityId: market.sellerId, events: ALL });
  await watch('shopper', { entityId: market.productId, events: ALL });
  await market.setSeller('SUSPENDED');
  await market.change('ACTIVE', { changed: ['variants'], priceMinor: 500 });
  await market.change('ARCHIVED');
  await market.comeBack();
  expect(await inboxOf('shopper')).toEqual([]);
  expect(await inboxOf('fan')).toEqual([['SELLER_CLOSED', 1, market.sellerId]]);
  await market.setSeller('ACTIVE');
  expect(await inboxOf('fan')).toEqual([['SELLER_ACTIVE', 2, market.sellerId]]);
});

test('of a product that was there before products were kept, a change of something else is no news', async () => {
  const market = await aMarket();
  await watch('late', { entityId: market.productId, events: ALL });
  await market.change('ACTIVE', { changed: ['title'] });
  expect(await inboxOf('late')).toEqual([]);
  await market.change('ARCHIVED');
  expect(await inboxOf('late')).toEqual([['STATUS_ARCHIVED', 1, market.productId]]);
});

test('notices of a watch take the channels that it names, and say why not the others', async () => {
  const market = await aMarket();
  await market.create('ACTIVE');
  const who = 'by-mail';
  await graph.deliver('users.EmailVerified', {
    ...{ userId: as(who).userId, email: `${who}@example.test` },
  });
  const wish = { entityId: market.productId, events: ['PRICE_DROP'] };
  const { entity } = await watch(who, { ...wish, channels: ['EMAIL'] });
  expect(entity.viewerWatch.channels).toEqual(['IN_APP', 'EMAIL']);
  await market.change('ACTIVE', { changed: ['variants'], priceMinor: 700 });
  const deliveriesOf = () =>
    sql<{ channel: string; status: string; reason: string | null; rule: string | null }>(
      graph,
      `SELECT channel, status, reason, rule FROM delivery WHERE user_id = $1 ORDER BY channel`,
      [as(who).userId],
    );
  expect(await deliveriesOf()).toMatchObject([
    { channel: 'EMAIL', status: 'PENDING', reason: null },
    { channel: 'IN_APP', status: 'DELIVERED' },
    ...[
      {
        channel: 'PUSH',
        status: 'SUPPRESSED',
        reason: 'PREFERENCE_OFF',
        rule: 'the watch and its channels',
      },
    ],
  ]);
});

test.each<[string, (entityId: string, who: string) => Promise<unknown>, string[]]>([
  ['still watches it', async () => {}, ['EMAIL', 'PUSH']],
  [
    'watches it no more',
    (entityId, who) =>
      graph.ask(
        'mutation ($id: ID!) { unwatch(entityId: $id) { errors { __typename } } }',
        { id: entityId },
        as(who),
      ),
    [],
  ],
  [
    'watches something else of it',
    (entityId, who) => watch(who, { entityId, events: ['BACK_IN_STOCK'] }),
    [],
  ],
  [
    'names another channel',
    (entityId, who) => watch(who, { entityId, events: ['PRICE_DROP'], channels: ['PUSH'] }),
    ['PUSH'],
  ],
])('what waits goes by what is watched when it leaves: who %s', async (name, change, goes) => {
  const market = await aMarket();
  await market.create('ACTIVE');
  const who = name.replaceAll(' ', '-');
  await watch(who, { entityId: market.productId, events: ['PRICE_DROP'] });
  await market.change('ACTIVE', { changed: ['variants'], priceMinor: 700 });
  await change(market.productId, who);
  const client = createClient(graph.databaseUrl);
  const { userId } = as(who);
  const [notice] = await client.notification.findMany({ where: { userId } });
  const decided: string[] = [];
  for (const channel of ['EMAIL', 'PUSH'] as const) {
    const [one] = await decideNotices(
      {
        ...{ stores: storesOn(client), clock: systemClock },
        activity: createActivityRecord({ raise: async () => {}, highest: async () => 0 }),
      },
      {
        ...{ userId, channel, notificationIds: [notice?.id as string], attentiveSince: null },
        reach: 'YES',
      },
    );
    if (one?.outcome === 'SEND') decided.push(channel);
    else
      expect(one).toMatchObject({ reason: 'PREFERENCE_OFF', rule: 'the watch and its channels' });
  }
  await client.$disconnect();
  expect(decided).toEqual(goes);
});

test('only visible things can be watched, by channels that such notices allow', async () => {
  const wrong = { entityId: newId('usr'), events: [], channels: ['SMS'] };
  const { errors } = await watch('strict', wrong);
  expect(errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
    ...['input.channels', 'input.entityId', 'input.events'],
  ]);
});
