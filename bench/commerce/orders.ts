import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { anotherOf, type RecordedOrder, type Transaction } from './transactions.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is read out of an answer is checked by its use.
export type Ask = (query: string, input: object, token?: string) => Promise<any>;

/** Asks again, as a client does, what cannot be answered right now: an order has the same key then. */
export const askAt = (url: string): Ask => {
  const ask: Ask = async (query, input, token) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const { data, errors } = (await response.json()) as {
      data: Record<string, never>;
      errors?: [];
    };
    if (!errors) return Object.values(data)[0];
    const said = JSON.stringify(errors);
    if (!/"(SERVICE|SUBGRAPH)_(UNAVAILABLE|TIMEOUT)"/.test(said)) throw new Error(said);
    await delay(AGAIN_AFTER_MS);
    return ask(query, input, token);
  };
  return ask;
};

const AGAIN_AFTER_MS = 100;

export const signIn = async (ask: Ask, login: string, password: string): Promise<string> => {
  const { tokens } = await ask(
    'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
    { login, password },
  );
  return tokens.accessToken;
};

/** A product with enough stock for any number of orders. */
export async function listSomething(ask: Ask, token: string): Promise<string> {
  const { product, errors } = await ask(
    `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
       product { defaultVariant { id } } errors { __typename ... on UserError { code } } } }`,
    {
      title: 'Kettle',
      variants: [
        {
          sku: `KETTLE-${randomUUID()}`,
          price: { minorUnits: 1500, currency: 'EUR' },
          openingStock: 1_000_000,
        },
      ],
    },
    token,
  );
  if (!product) throw new Error(JSON.stringify(errors));
  return product.defaultVariant.id;
}

const ADDRESS = {
  name: 'Bo',
  line1: 'Main St 1',
  city: 'Lund',
  postalCode: '22100',
  country: 'SE',
};

export async function buy(ask: Ask, variantId: string, token: string): Promise<void> {
  const { order, errors } = await ask(
    `mutation ($input: BuyNowInput!) { buyNow(input: $input) {
       order { id } errors { __typename ... on UserError { code } } } }`,
    {
      lines: [{ variantId, quantity: 1 }],
      ...{ shippingAddress: ADDRESS, idempotencyKey: randomUUID() },
    },
    token,
  );
  if (!order) throw new Error(JSON.stringify(errors));
}

/** How many orders there are, and how many of them wait for their stock. */
export async function countOrders(ordersUrl: string): Promise<{ placed: number; pending: number }> {
  const client = new pg.Client({ connectionString: ordersUrl });
  await client.connect();
  const { rows } = await client.query(
    `SELECT count(*)::int AS placed, count(*) FILTER (WHERE status = 'PENDING')::int AS pending FROM placed_order`,
  );
  await client.end();
  return rows[0];
}

/** Whether somebody has begun what they did not end, in any database of the server: their locks stay meanwhile. */
export async function isInTransaction(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_stat_activity
     WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
  );
  await client.end();
  return (rowCount ?? 0) > 0;
}

/** A process that only sends the transactions of orders to the databases. */
export interface Replayer {
  one(): Promise<void>;
  close(): Promise<void>;
}

/** Two that met are run again, as Souk does. */
const MET = ['40P01', '40001'];

async function once(client: pg.Client, statements: Transaction['statements']): Promise<void> {
  try {
    await client.query('BEGIN');
    for (const { text, values } of statements) await client.query(text, [...values]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    if (!MET.includes((error as { code?: string }).code ?? '')) throw error;
    await once(client, statements);
  }
}

export async function openReplayer(
  order: RecordedOrder,
  urls: Readonly<Record<string, string>>,
): Promise<Replayer> {
  const names = new Set(order.transactions.map(({ database }) => database));
  const clients = new Map<string, pg.Client>();
  for (const url of Object.values(urls)) {
    const name = new URL(url).pathname.slice(1);
    if (!names.has(name)) continue;
    const client = new pg.Client({ connectionString: url });
    // Errors at the end of the benchmark are not failures.
    client.on('error', () => {});
    await client.connect();
    clients.set(name, client);
  }
  return {
    one: async () => {
      for (const { database, statements } of anotherOf(order)) {
        await once(clients.get(database) as pg.Client, statements);
      }
    },
    close: async () => {
      for (const client of clients.values()) await client.end();
    },
  };
}
