import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, startTemporaryPostgres } from '@souk/embedded';
import { type Setting, SUBGRAPHS } from '@souk/runtime';
import { redisUrl, until } from '@souk/testkit';
import { createClient } from 'graphql-ws';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ComposeService,
  ROOT,
  readComposeFile,
  readDockerfile,
  readImageEnvironment,
} from './support/compose-file.ts';
import {
  buildProcesses,
  type ComposedProcess,
  type Environment,
  exitOf,
  freePorts,
  freshKeys,
  readiness,
  startProcess,
} from './support/composed-processes.ts';
import { startMailServer } from './support/mail-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Answer = any;

const keys = await freshKeys();
const services = readComposeFile(keys);
/** Every service of this repository, by the image they share. */
const ours = Object.entries(services).filter(([, { image }]) => image === 'souk');
const serving = ours.filter(([name]) => name !== 'migrate');

describe('docker-compose.yml', () => {
  test('has migrations, each subgraph with its worker, and the gateway', () => {
    const expected = ['migrate', 'gateway', ...SUBGRAPHS, ...SUBGRAPHS.map((it) => `${it}-worker`)];
    expect(ours.map(([name]) => name).sort()).toEqual(expected.sort());
  });

  test('starts each process after what it needs', () => {
    const afterMigrations = {
      migrate: { condition: 'service_completed_successfully' },
      redis: { condition: 'service_healthy' },
    };
    for (const [name, { depends_on }] of serving) {
      if (name !== 'gateway') expect(depends_on, name).toEqual(afterMigrations);
    }
    expect(services.migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(Object.keys(services.gateway?.depends_on ?? {}).sort()).toEqual([...SUBGRAPHS].sort());
    for (const server of ['postgres', 'redis'])
      expect(services[server]).toHaveProperty('healthcheck');
    expect(readDockerfile()).toMatch(/^HEALTHCHECK .*"deploy\/healthcheck\.mjs"\]$/m);
  });

  test.each(serving)(
    'gives %s only settings it knows, and all it requires',
    async (name, service) => {
      const given = Object.keys(service.environment ?? {});
      const folder = name === 'gateway' ? name : `subgraphs/${name.replace(/-worker$/, '')}`;
      const known = Object.values(await settingsOf(folder));
      const addresses = name === 'gateway' ? SUBGRAPHS.map((it) => `${it.toUpperCase()}_URL`) : [];
      expect([...known.map(({ variable }) => variable), ...addresses]).toEqual(
        expect.arrayContaining(given),
      );
      expect(given).toEqual(
        expect.arrayContaining(
          known.filter(({ required }) => required).map(({ variable }) => variable),
        ),
      );
    },
  );
});

async function settingsOf(folder: string): Promise<Record<string, Setting<unknown>>> {
  return (await import(new URL(`${folder}/src/config.ts`, ROOT).href)).settings;
}

// Separate processes meet in Redis alone, so without one there is nothing to start.
describe.skipIf(!redisUrl())('the processes of docker-compose.yml', () => {
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const processes = new Map<string, ComposedProcess>();
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  let gatewayUrl: string;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'souk-processes-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const [postgres, redis, mailServer, ports] = await Promise.all([
      startTemporaryPostgres(),
      findRedis({ dataDir: folder }),
      startMailServer(),
      freePorts(serving.length),
      buildProcesses(['prisma', 'gateway', ...SUBGRAPHS.map((name) => `subgraphs/${name}`)]),
    ]);
    mail = mailServer;
    closers.push(postgres.stop, () => redis?.stop(), mail.close);
    await setPassword(postgres.urlFor('postgres'));

    const portOf = new Map(serving.map(([name], index) => [name, ports[index] as number]));
    const addresses = new Map<string, string | number>([
      ['postgres:5432', postgres.port],
      ['redis:6379', new URL(redis?.url ?? '').port],
      ['mail:1025', mail.port],
      ...serving.map(
        ([name, { environment }]) =>
          [`${name}:${environment?.PORT}`, portOf.get(name) ?? 0] as [string, number],
      ),
    ]);
    const environmentOf = (name: string, { environment }: ComposeService): Environment => ({
      ...readImageEnvironment(),
      ...onThisMachine(environment ?? {}, addresses),
      HOST: '127.0.0.1',
      ...(portOf.has(name) ? { PORT: String(portOf.get(name)) } : {}),
    });

    const migrate = services.migrate as ComposeService;
    const migration = startProcess('migrate', migrate, environmentOf('migrate', migrate));
    expect(await exitOf(migration), migration.output()).toBe(0);
    for (const [name, service] of serving) {
      processes.set(name, startProcess(name, service, environmentOf(name, service)));
    }
    await Promise.all([...processes.values()].map(readiness));
    gatewayUrl = `http://127.0.0.1:${portOf.get('gateway')}/graphql`;
  }, 240_000);

  afterAll(async () => {
    for (const { child } of processes.values()) child.kill('SIGKILL');
    for (const close of closers.reverse()) await close();
  });

  const ask = async (query: string, variables: object = {}, token?: string) => {
    const response = await fetch(gatewayUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Answer; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  };

  const register = async (username: string) => {
    const { registerUser } = await ask(
      `mutation ($input: RegisterUserInput!) { registerUser(input: $input) {
         viewer { user { id } } tokens { accessToken } errors { __typename } } }`,
      {
        input: {
          email: `${username}@example.test`,
          username,
          displayName: `${username} of Souk`,
          password: 'a long enough sentence',
        },
      },
    );
    expect(registerUser.errors).toEqual([]);
    return {
      id: registerUser.viewer.user.id as string,
      token: registerUser.tokens.accessToken as string,
    };
  };

  test('each answers the health check of the image', async () => {
    for (const { port } of processes.values()) {
      expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    }
  });

  test.each(SUBGRAPHS)('%s refuses requests that no gateway signed', async (name) => {
    const response = await fetch(`http://127.0.0.1:${processes.get(name)?.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user-id': 'usr_1' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('a message reaches a subscriber with its author, through four processes', async () => {
    const ada = await register('ada');
    const bo = await register('bo');
    const { createRoom } = await ask(
      `mutation ($input: CreateRoomInput!) { createRoom(input: $input) {
         room { id head } errors { __typename } } }`,
      { input: { kind: 'PRIVATE', name: 'Corner', participantIds: [bo.id] } },
      ada.token,
    );
    expect(createRoom.errors).toEqual([]);
    const client = createClient({
      url: gatewayUrl.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${bo.token}` },
      retryAttempts: 0,
    });
    const events = client.iterate({
      query: `subscription ($id: ID!, $after: EventCursor) { roomEvents(roomId: $id, after: $after) {
        __typename ... on MessagePosted { message { text author { displayName } } } } }`,
      variables: { id: createRoom.room.id, after: createRoom.room.head },
    });
    // The first answer says that the stream is live, so what is sent now must come over it.
    expect((await events.next()).value).toMatchObject({
      data: { roomEvents: { __typename: 'CaughtUp' } },
    });
    const { sendMessage } = await ask(
      `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { errors { __typename } } }`,
      { input: { roomId: createRoom.room.id, clientMessageId: randomUUID(), text: 'Salaam' } },
      ada.token,
    );
    expect(sendMessage.errors).toEqual([]);
    expect((await events.next()).value).toMatchObject({
      data: {
        roomEvents: {
          __typename: 'MessagePosted',
          message: { text: 'Salaam', author: { displayName: 'ada of Souk' } },
        },
      },
    });
    await events.return?.();
    await client.dispose();
  });

  test('an order sets stock aside, though catalogue and orders share no process', async () => {
    const seller = await register('sela');
    const buyer = await register('bea');
    const { createProduct } = await ask(
      `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
         product { defaultVariant { id } } errors { __typename } } }`,
      {
        input: {
          title: 'Lamp',
          variants: [{ sku: 'LAMP', priceMinor: 1500, currency: 'EUR', onHand: 5 }],
        },
      },
      seller.token,
    );
    expect(createProduct.errors).toEqual([]);
    const variantId = createProduct.product.defaultVariant.id;
    const order = await until(async () => {
      const { placeOrder } = await ask(
        `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
           order { id } errors { __typename } } }`,
        {
          input: {
            lines: [{ variantId, quantity: 2 }],
            shippingAddress: {
              name: 'Bea',
              line1: 'Main St 1',
              city: 'Lund',
              postalCode: '22100',
              country: 'SE',
            },
            idempotencyKey: randomUUID(),
          },
        },
        buyer.token,
      );
      return placeOrder.order;
    });
    const settled = await until(async () => {
      const { order: now } = await ask(
        'query ($id: ID!) { order(id: $id) { status } }',
        { id: order.id },
        buyer.token,
      );
      return now.status !== 'PENDING' && now.status;
    });
    expect(settled).toBe('RESERVED');
    const { productVariant } = await ask(
      'query ($id: ID!) { productVariant(id: $id) { inventory { available } } }',
      { id: variantId },
      seller.token,
    );
    expect(productVariant.inventory.available).toBe(3);
  });

  test('who registers is welcomed by mail', async () => {
    await register('cleo');
    const welcome = await until(() => mail.received.find(({ to }) => to === 'cleo@example.test'), {
      within: 15_000,
    });
    expect(welcome.raw).toContain('From: Souk <souk@example.com>');
    // Nothing that a stranger wrote goes to an address nobody has confirmed.
    expect(welcome.raw).toContain('your account is open');
    expect(welcome.raw).not.toContain('cleo of Souk');
  });

  test('SIGTERM ends each within ten seconds, with nothing left', async () => {
    const all = [...processes.values()];
    const started = Date.now();
    for (const { child } of all) child.kill('SIGTERM');
    const ends = await Promise.all(all.map(async (it) => [it.name, await exitOf(it)]));
    expect(ends).toEqual(all.map(({ name }) => [name, 0]));
    expect(Date.now() - started).toBeLessThan(10_000);
    for (const { port } of all) {
      await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
    }
  });
});

/** Gives the server's owner, who has the same name in the image, the password of the file. */
async function setPassword(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const password = client.escapeLiteral(keys.POSTGRES_PASSWORD ?? '');
    await client.query(`ALTER ROLE souk PASSWORD ${password}`);
  } finally {
    await client.end();
  }
}

/** The same addresses with this machine in place of the network that Docker would make. */
function onThisMachine(
  environment: Record<string, string>,
  addresses: ReadonlyMap<string, string | number>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const [host, port] = [...addresses].find(([host]) => value.includes(host)) ?? [];
      return [name, host === undefined ? value : value.replace(host, `127.0.0.1:${port}`)];
    }),
  );
}
