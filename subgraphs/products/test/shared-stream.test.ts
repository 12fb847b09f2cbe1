import { randomUUID } from 'node:crypto';
import {
  type Answer,
  as,
  type Collected,
  eventsIn,
  marksOf,
  type StartedSubgraph,
  wholeSubscription,
} from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import {
  ADJUST,
  CREATE_CATEGORY,
  eur,
  list,
  startProducts,
  UPDATE,
  UPDATE_VARIANT,
  variantIdOf,
} from './catalogue.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startProducts();
});
afterAll(() => graph[Symbol.asyncDispose]());

const seller = as('sela');
const EVENTS = `subscription ($productIds: [ID!], $variantIds: [ID!], $after: EventCursor) {
  catalogEvents(productIds: $productIds, variantIds: $variantIds, after: $after) {
    __typename
    ... on StreamEvent { cursor }
    ... on InventoryChanged { availability soldOut variant { sku product { title seller { id } } } }
    ... on ProductChanged { changed product { title status version } }
    ... on CaughtUp { replayed }
  } }`;

const done = async (query: string, input: object, viewer = seller) => {
  const answer = await graph.execute(query, { input }, viewer);
  const [payload] = Object.values(answer.data as Record<string, { errors: unknown[] }>);
  expect(payload?.errors).toEqual([]);
};
const adjust = (variantId: string, delta: number) =>
  done(ADJUST, { variantId, delta, reason: 'COUNTED', idempotencyKey: randomUUID() });
const headNow = async () => (await graph.ask('{ catalogHead }')).catalogHead as string;
const kindsOf = ({ items }: Collected<Answer>): (string | undefined)[] =>
  items.map(({ data }) => data?.catalogEvents.__typename);

/** No operation takes back that a product was on sale; it must stay hidden all the same. */
async function hide(productId: string) {
  const client = createClient(graph.databaseUrl);
  await client.product.update({
    where: { id: productId },
    data: { publishedAt: null, status: 'DRAFT' },
  });
  await client.$disconnect();
}

describe("marks give the position of each item, and where the viewer's stream becomes everybody's", () => {
  const followed = async (viewer: Parameters<StartedSubgraph['listen']>[2]) => {
    const after = await headNow();
    const product = await list(graph);
    const variables = { productIds: [product.id], after };
    await using stream = await graph.listen(EVENTS, variables, viewer);
    await stream.atLeast(2);
    await adjust(variantIdOf(product), -10);
    await stream.atLeast(3);
    expect(kindsOf(stream)).toEqual(['ProductChanged', 'CaughtUp', 'InventoryChanged']);
    const marks = marksOf(stream.items);
    const first = Number(marks[0]?.position);
    const positions = marks.map((mark) => Number(mark?.position) - first);
    expect(positions).toEqual([0, 0, 1]);
    return marks.map((mark) => ({ ...mark, position: undefined }));
  };

  test.each([
    ['a customer', as('cora')],
    ['the seller', seller],
    ['somebody without an account', null],
  ])('%s', async (_, viewer) => {
    expect(await followed(viewer)).toEqual([{}, { shared: true }, {}]);
  });

  test.each(['ADMIN', 'SUPPORT'] as const)(
    '%s sees more than all see, and shares nothing',
    async (role) => {
      expect(await followed(as('staff', role))).toEqual([{}, {}, {}]);
    },
  );
});

test('without asking for marks there are none', async () => {
  const after = await headNow();
  await list(graph);
  await using stream = await graph.subscribe(EVENTS, { after });
  await stream.atLeast(2);
  for (const answer of stream.items) expect(Object.keys(answer)).toEqual(['data']);
});

describe('the shared stream is byte for byte what a customer sees', () => {
  const whole = () => wholeSubscription(graph.subgraph.schema, 'catalogEvents', 7);

  test.each([
    ['all of it', () => ({})],
    ['of a product', (id: string) => ({ productIds: [id] })],
    ['of a variant', (_: string, variantId: string) => ({ variantIds: [variantId] })],
  ])('live, with an event of each kind: %s', async (_, interestIn) => {
    const product = await list(graph);
    const variantId = variantIdOf(product);
    const slug = `shelf-${randomUUID().slice(0, 8)}`;
    const categoryId = (
      await graph.ask(CREATE_CATEGORY, { input: { slug, name: 'Shelf' } }, as('boss', 'ADMIN'))
    ).createCategory.category.id;
    const variables = interestIn(product.id, variantId);
    const subscribers = [as('cora'), null, seller, 'everybody'] as const;
    const streams = await Promise.all(
      [EVENTS, whole()].flatMap((document) =>
        subscribers.map((viewer) => graph.listen(document, variables, viewer)),
      ),
    );
    const hidden = await list(graph, { status: 'DRAFT', title: 'Not yet' });
    const steps = [
      () => adjust(variantId, -10),
      () => done(UPDATE_VARIANT, { id: variantId, price: eur(5100), compareAtPrice: eur(6000) }),
      () => done(UPDATE, { id: product.id, title: 'Dimmed', categoryIds: [categoryId] }),
      () => done(UPDATE_VARIANT, { id: variantId, inventoryPolicy: 'CONTINUE' }),
      () => done(UPDATE, { id: product.id, status: 'ARCHIVED' }),
    ];
    for (const [index, step] of steps.entries()) {
      await done(UPDATE, { id: hidden.id, title: `Still not ${index}` });
      await step();
      // Products are shown as they are now, which has to be the same for all.
      for (const stream of streams) await stream.find(() => eventsIn(stream.items).length > index);
    }
    for (const [index, stream] of streams.entries()) {
      const received = eventsIn(stream.items);
      expect(received).toEqual(
        eventsIn(streams[index - (index % subscribers.length)]?.items ?? []),
      );
      expect(received).toHaveLength(steps.length);
      expect(received.join()).not.toContain('"errors"');
      expect(received.join()).not.toContain('Still not');
      await stream.stop();
    }
    expect(streams[0] && kindsOf(streams[0])).toEqual([
      'CaughtUp',
      'InventoryChanged',
      'ProductChanged',
      'ProductChanged',
      'InventoryChanged',
      'ProductChanged',
    ]);
  });

  test('replayed', async () => {
    const after = await headNow();
    const product = await list(graph);
    await adjust(variantIdOf(product), -10);
    for (const document of [EVENTS, whole()]) {
      await using mine = await graph.listen(document, { after }, as('cora'));
      await using everybodys = await graph.listen(document, { after }, 'everybody');
      await Promise.all([mine.atLeast(3), everybodys.atLeast(3)]);
      expect(eventsIn(everybodys.items)).toEqual(eventsIn(mine.items));
      expect(eventsIn(mine.items)).toHaveLength(2);
    }
  });
});

test('events about something that is not public are sent only to its seller, which they name', async () => {
  const after = await headNow();
  const secret = await list(graph, { title: 'Secret' });
  await adjust(variantIdOf(secret), -10);
  const open = await list(graph, { title: 'Open' });
  await hide(secret.id);
  await using everybodys = await graph.listen(EVENTS, { after }, 'everybody');
  await using sellers = await graph.listen(EVENTS, { after }, seller);
  await using customers = await graph.listen(EVENTS, { after }, as('cora'));
  await using plain = await graph.subscribe(EVENTS, { after }, as('cora'));
  await Promise.all([everybodys, sellers].map((stream) => stream.atLeast(4)));
  await Promise.all([customers, plain].map((stream) => stream.atLeast(2)));

  expect(kindsOf(everybodys)).toEqual([undefined, undefined, 'ProductChanged', 'CaughtUp']);
  const marks = marksOf(everybodys.items);
  const position = Number(marks[0]?.position);
  expect(marks).toEqual([
    { position, reauthorise: [seller.userId] },
    { position: position + 1, reauthorise: [seller.userId] },
    { position: position + 2 },
    { position: position + 2 },
  ]);
  expect(Object.keys(everybodys.items[0] ?? {})).toEqual(['extensions']);
  expect(everybodys.items.at(-1)?.data.catalogEvents.replayed).toBe(1);
  expect(JSON.stringify(everybodys.items)).not.toContain('Secret');
  expect(JSON.stringify(everybodys.items)).not.toContain(secret.id);

  expect(kindsOf(sellers)).toEqual([
    'ProductChanged',
    'InventoryChanged',
    'ProductChanged',
    'CaughtUp',
  ]);
  expect(marksOf(sellers.items).at(-1)).toEqual({ position: position + 2, shared: true });
  expect(kindsOf(customers)).toEqual(['ProductChanged', 'CaughtUp']);
  expect(plain.items.map(({ data }) => data.catalogEvents)).toMatchObject([
    { product: { title: 'Open' } },
    { replayed: 1 },
  ]);

  const variables = { after, productIds: [open.id] };
  await using elsewhere = await graph.listen(EVENTS, variables, 'everybody');
  await elsewhere.atLeast(2);
  expect(marksOf(elsewhere.items).some((mark) => mark?.reauthorise)).toBe(false);
});

test('a request on behalf of everybody sees no draft and no ledger', async () => {
  const draft = await list(graph, { title: 'Draft', status: 'DRAFT' });
  const READ = `query ($id: ID!, $variantId: ID!) {
    product(id: $id) { title } stockMovements(variantId: $variantId) { edges { node { id } } } }`;
  const { data, errors } = await graph.subgraph.execute({
    query: READ,
    variables: { id: draft.id, variantId: variantIdOf(draft) },
    identity: { viewer: null, requestId: 'test', shared: true },
  });
  expect(data).toEqual(null);
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED']);
});
