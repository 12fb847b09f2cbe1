import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createChatSubgraph } from '@souk/chat';
import { createOrdersSubgraph, loadOwnConfig as loadOrdersConfig } from '@souk/orders';
import { createProductsSubgraph } from '@souk/products';
import { createBackplane } from '@souk/runtime/backplane';
import { eventQueueOf } from '@souk/runtime/events';
import { openClient } from '@souk/runtime/postgres';
import {
  as,
  createDatabase,
  redisUrl,
  type StartedSubgraph,
  sized,
  startSubgraph,
  testBackplane,
  until,
} from '@souk/testkit';
import { expect, test } from 'vitest';
import { ADDRESS } from './support/postal-address.ts';

const SECONDS = Number(process.env.SOAK_SECONDS ?? sized({ suite: 5, soak: 60 }));
/** Between two things that one does. */
const WORK_MS = sized({ suite: 40, soak: 5 });
const SETTLES_WITHIN = 120_000;

const closing = (close: () => Promise<unknown>) => ({
  [Symbol.asyncDispose]: async () => void (await close()),
});

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Data = any;

/** Asks; null when it was answered that something is away. Any other error is a failure. */
async function askOrAway(graph: StartedSubgraph, query: string, variables: object, who: string) {
  const { data, errors } = await graph.execute(query, { ...variables }, as(who));
  if (!errors) return data as Data;
  const codes = errors.map(({ extensions }) => extensions?.code);
  expect(new Set(codes), JSON.stringify(errors)).toEqual(new Set(['SERVICE_UNAVAILABLE']));
  return null;
}

const CREATE_ROOM = `mutation ($input: CreateRoomInput!) { createRoom(input: $input) {
  room { id } errors { __typename } } }`;
const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
  message { id sequence } errors { __typename ... on UserError { code } } } }`;
const MESSAGES = `query ($id: ID!, $before: String) { room(id: $id) {
  messages(last: 100, before: $before) {
    edges { node { text sequence } } pageInfo { hasPreviousPage startCursor } } } }`;
const CREATE_PRODUCT = `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
  product { defaultVariant { id } } errors { __typename } } }`;
const PLACE = `mutation ($input: BuyNowInput!) { buyNow(input: $input) {
  order { id } errors { __typename ... on UserError { code } } } }`;

const backplanes = [
  [
    'jobs in Redis',
    async () => ({ backplane: await testBackplane(), jobsUrls: [] as string[] }),
    () => redisUrl() === null,
  ],
  [
    'jobs in PostgreSQL, whose connections are cut too',
    async () => {
      const jobs = await createDatabase(null);
      const backplane = await createBackplane({ jobsDatabaseUrl: jobs.url });
      return { backplane, jobsUrls: [jobs.url] };
    },
    () => false,
  ],
] as const;

test.each(backplanes)(
  'connections cut twice a second lose nothing, with %s',
  async (_, open, skipped) => {
    if (skipped()) return;
    const { backplane, jobsUrls } = await open();
    await using _backplane = closing(backplane.close);
    const chatConfig = {
      messagesPerWindow: 100_000,
      messageWindowSeconds: 10,
      roomsPerWindow: 1_000_000,
      strangersPerWindow: 1_000_000,
      changesPerWindow: 1_000_000,
      strangersAsk: false,
      contactWindowSeconds: 3_600,
      presenceChangesPerWindow: 1_000_000,
      presenceWindowSeconds: 600,
    };
    const shared = { backplane, worker: true };
    await using chat = await startSubgraph('chat', createChatSubgraph, {
      config: chatConfig,
      ...shared,
    });
    await using products = await startSubgraph('products', createProductsSubgraph, {
      config: { sellers: 'open', commissionBasisPoints: 1000 },
      ...shared,
    });
    await using orders = await startSubgraph('orders', createOrdersSubgraph, {
      config: { ...loadOrdersConfig({}), ordersPerWindow: 100_000, futileLinesPerWindow: 100_000 },
      ...shared,
    });
    const room = await until(() =>
      askOrAway(chat, CREATE_ROOM, { input: { kind: 'PRIVATE', name: 'Corner' } }, 'ada'),
    );
    const roomId = room.createRoom.room.id as string;
    const { createProduct } = await until(() =>
      askOrAway(
        products,
        CREATE_PRODUCT,
        {
          input: {
            title: 'Lamp',
            variants: [
              { sku: 'LAMP', price: { minorUnits: 1500, currency: 'EUR' }, openingStock: 100_000 },
            ],
          },
        },
        'sela',
      ),
    );
    const variantId = createProduct.product.defaultVariant.id as string;

    const admins = await Promise.all(
      [chat, products, orders]
        .map(({ databaseUrl }) => databaseUrl)
        .concat(jobsUrls)
        .map(async (connectionString) => {
          const admin = openClient({ connectionString });
          await admin.connect();
          return admin;
        }),
    );
    let working = true;
    const placed: string[] = [];
    const cutting = (async () => {
      const end = Date.now() + SECONDS * 1_000;
      // On a busy machine the news of the product come late, cut off as their way is.
      const isEnough = () => placed.length > 0 || Date.now() > end + SETTLES_WITHIN;
      for (let cuts = 0; cuts < 6 || Date.now() < end || !isEnough(); cuts += 1) {
        await Promise.all(
          admins.map((admin) =>
            admin.query(
              `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()`,
            ),
          ),
        );
        await delay(500);
      }
      working = false;
    })();

    /** What was sent, and what of it was acknowledged; each is sent until it is, under one id. */
    const acknowledged: string[] = [];
    const chatting = async (writer: number) => {
      for (let n = 0; working; n += 1) {
        const text = `${writer}.${n}`;
        const input = { roomId, clientMessageId: randomUUID(), text };
        const { sendMessage } = await until(() => askOrAway(chat, SEND, { input }, 'ada'), {
          within: SETTLES_WITHIN,
        });
        expect(sendMessage.errors).toEqual([]);
        acknowledged.push(text);
        await delay(WORK_MS);
      }
    };
    const ordering = async () => {
      while (working) {
        const input = {
          lines: [{ variantId, quantity: 1 }],
          shippingAddress: ADDRESS,
          idempotencyKey: randomUUID(),
        };
        const { buyNow } = await until(() => askOrAway(orders, PLACE, { input }, 'bo'), {
          within: SETTLES_WITHIN,
        });
        // Until orders know of the product there is none.
        if (buyNow.order) placed.push(buyNow.order.id);
        await delay(WORK_MS);
      }
    };
    await Promise.all([cutting, chatting(1), chatting(2), ordering(), ordering()]);

    const found: { text: string; sequence: number }[] = [];
    for (let before: string | null = null; ; ) {
      const { messages } = (
        await until(() => askOrAway(chat, MESSAGES, { id: roomId, before }, 'ada'))
      ).room as Data;
      found.unshift(...messages.edges.map(({ node }: Data) => node));
      if (!messages.pageInfo.hasPreviousPage) break;
      before = messages.pageInfo.startCursor;
    }
    const said = found.filter(({ text }) => /^\d\.\d+$/.test(text ?? ''));
    expect(said.map(({ text }) => text).sort()).toEqual([...acknowledged].sort());
    expect(found.map(({ sequence }) => sequence)).toEqual(found.map((_, index) => index + 1));

    const pending = async () => {
      const { rows } = await (admins[2] as (typeof admins)[0]).query(
        `SELECT id FROM placed_order WHERE status = 'PENDING'`,
      );
      return rows.length;
    };
    const queues = ['orders', 'products', 'notifications'] as const;
    await until(async () => (await pending()) === 0, { within: SETTLES_WITHIN }).catch(
      async (cause) => {
        const jobs = await Promise.all(
          queues.map(async (name) => {
            const waiting = await backplane.jobs.backlog(eventQueueOf(name));
            const dead = await backplane.jobs.dead(eventQueueOf(name), 5);
            return `${name}: ${waiting} jobs, dead ${JSON.stringify(dead)}`;
          }),
        );
        throw new Error(`${await pending()} orders are pending; ${jobs.join('; ')}`, { cause });
      },
    );
    const { rows } = await (admins[2] as (typeof admins)[0]).query(
      `SELECT id, status FROM placed_order`,
    );
    expect(rows.map(({ id }) => id).sort()).toEqual([...placed].sort());
    expect(placed.length).toBeGreaterThan(0);
    for (const name of queues) {
      expect(await backplane.jobs.dead(eventQueueOf(name), 5), name).toEqual([]);
    }
    await Promise.all(admins.map((admin) => admin.end()));
  },
  300_000 + SECONDS * 1_000,
);
