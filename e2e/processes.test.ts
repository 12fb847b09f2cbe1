import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SUBGRAPHS } from '@souk/runtime/events';
import { openClient } from '@souk/runtime/postgres';
import type { Setting } from '@souk/runtime/process';
import { balanceConnections, balanceRequests, redisUrl, sized, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subgraphUrlVariable } from '../souk.config.ts';
import {
  ROOT,
  readComposeFile,
  readComposeSecrets,
  readDockerfile,
} from './support/compose-file.ts';
import {
  exitOf,
  freePorts,
  freshKeys,
  readiness,
  rotateKeys,
} from './support/composed-processes.ts';
import { type ComposedSouk, startComposedSouk } from './support/composed-souk.ts';
import { ghostsAfterKill } from './support/faults/ghosts-after-kill.ts';
import { workWhilePostgresIsKilled } from './support/faults/postgres-killed.ts';
import { stormAfterKill } from './support/faults/reconnect-storm.ts';
import { writeWithoutRedis } from './support/faults/redis-away.ts';
import { writeThroughResets } from './support/faults/reset-connections.ts';
import { rollGateways, startGateways, stopIdle } from './support/faults/rolling-gateways.ts';
import { rotateUnderLoad } from './support/faults/rotated-keys.ts';
import { talkThroughKills } from './support/faults/talk-through-kills.ts';
import { describeSeenFromInside } from './support/seen-from-inside.ts';
import { socketClient } from './support/socket-client.ts';
import { receiveTraces, type TraceReceiver } from './support/trace-receiver.ts';

const keys = await freshKeys();
const services = readComposeFile(keys);
/** Every service of this repository, by the image they share. */
const ours = Object.entries(services).filter(([, { image }]) => image === 'souk');
const serving = ours.filter(([name, { profiles }]) => name !== 'migrate' && !profiles);

describe('docker-compose.yml', () => {
  test('has migrations, each subgraph with its worker, and the gateway', () => {
    const expected = [
      'migrate',
      'operate',
      'gateway',
      ...SUBGRAPHS,
      ...SUBGRAPHS.map((it) => `${it}-worker`),
    ];
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
      const given = Object.keys(service.environment ?? {})
        // Those that SDKs read by themselves.
        .filter((it) => !/^(OTEL|AWS)_/.test(it))
        .map((it) => it.replace(SECRET, ''));
      const folder = name === 'gateway' ? name : `subgraphs/${name.replace(/-worker$/, '')}`;
      const known = Object.values(await settingsOf(folder));
      const addresses = name === 'gateway' ? SUBGRAPHS.map((it) => subgraphUrlVariable(it)) : [];
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

/** What a secret's variable ends with, and no setting does of those that are given here. */
const SECRET =
  /(?<=REDIS_URL|CURSOR_SECRET|DATABASE_URL|PRIVATE_KEYS?|SECRET_KEYS|OPENING_KEYS|IDENTITY_PROVIDERS)_FILE$/;

/** What the image itself says: where it listens, and the file that is in it. */
const OF_THE_IMAGE = ['HOST', 'SUPERGRAPH_FILE'];

describe('docker-compose.yml as somebody would run it', () => {
  test.each(serving)('lets .env say every setting of %s', async (name) => {
    const folder = name === 'gateway' ? name : `subgraphs/${name.replace(/-worker$/, '')}`;
    const example = readFileSync(new URL(`${folder}/.env.example`, ROOT), 'utf8');
    const settings = [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map(
      ([, it]) => it as string,
    );
    expect(settings.length).toBeGreaterThan(5);
    const said = Object.fromEntries(settings.map((setting) => [setting, `said-${setting}`]));
    const { environment = {} } = readComposeFile({ ...keys, ...said })[name] ?? {};
    const secrets = readComposeSecrets();
    for (const setting of settings.filter((it) => !OF_THE_IMAGE.includes(it))) {
      const secret = environment[`${setting}_FILE`]?.replace('/run/secrets/', '');
      if (secret) expect(secrets[secret], setting).toBe(setting);
      else if (!ADDRESSES.test(setting)) expect(environment[setting], setting).toBe(said[setting]);
    }
  });

  test('gives each process its own secrets and no others, and none as a variable', () => {
    for (const [name, service] of ours) {
      const files = Object.values(service.environment ?? {}).flatMap(
        (value) => /^\/run\/secrets\/(\w+)$/.exec(value)?.[1] ?? [],
      );
      expect(files.toSorted(), name).toEqual(
        name === 'migrate'
          ? (service.secrets ?? []).filter((it) => it !== 'redis_url').toSorted()
          : (service.secrets ?? []).toSorted(),
      );
      const text = JSON.stringify(service);
      for (const variable of Object.values(readComposeSecrets())) {
        expect(text, `${name}: ${variable}`).not.toContain(keys[variable]);
      }
    }
  });

  test('has a role for each database, which is not the one that made them', () => {
    const roles = SUBGRAPHS.map((it) => new URL(keys[`${it.toUpperCase()}_DATABASE_URL`] ?? ''));
    expect(roles.map(({ username }) => username)).toEqual([...SUBGRAPHS]);
    expect(new Set(roles.map(({ password }) => password)).size).toBe(SUBGRAPHS.length);
  });

  test('limits every service and its log, and pins images', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service.mem_limit, name).toMatch(/^\d+[mg]$/);
      expect(service.cpus, name).toBeGreaterThan(0);
      expect(service.logging?.options, name).toHaveProperty('max-size');
      if (service.image !== 'souk') expect(service.image, name).toMatch(/:v?\d+\.\d+/);
    }
    expect(readDockerfile()).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-slim$/m);
    for (const [name, { healthcheck }] of serving) {
      expect(healthcheck?.test, name).toEqual(['CMD', 'node', 'deploy/healthcheck.mjs', '/readyz']);
    }
  });
});

/** Where processes are, which the file itself decides. */
const ADDRESSES =
  /^(PORT|ACCESS_TOKEN_JWKS_URL|(USERS|PRODUCTS|ORDERS|GROUPS|CHAT|NOTIFICATIONS)_URL)$/;

async function settingsOf(folder: string): Promise<Record<string, Setting<unknown>>> {
  return (await import(new URL(`${folder}/src/config.ts`, ROOT).href)).settings;
}

const SOAK = sized({ suite: 0, soak: 1 }) === 1;
/** Figures of a soak, for docs/performance.md and docs/operations.md. */
const told = (what: string, figures: object) => {
  if (SOAK) console.info(what, JSON.stringify(figures));
};

/** What one machine, which is all clients at once, needs in place of what people need. */
const FOR_TESTS = {
  LIMIT_RATE_ADDRESS: 'off',
  LIMIT_RATE_VIEWER: 'off',
  LIMIT_RATE_COST: 'off',
  LIMIT_RATE_MESSAGE: 'off',
  LIMIT_RATE_REGISTER: 'off',
  LIMIT_RATE_SECRET: 'off',
  LIMIT_SOCKETS_PER_ADDRESS: 'off',
  LIMIT_SOCKETS_PER_VIEWER: 'off',
  // A gateway that was just started plans its first operation beside everything else of this machine.
  LIMIT_PLANNING_MS: '30000',
  CHAT_MESSAGES_PER_WINDOW: '100000',
  CHAT_STRANGERS_PER_WINDOW: '1000000',
  CHAT_STRANGERS_ASK: 'false',
  ORDERS_PER_WINDOW: '100000',
};

// Separate processes meet in Redis alone, so without one there is nothing to start.
describe.skipIf(!redisUrl())('the processes of docker-compose.yml', () => {
  let souk: ComposedSouk;
  let receiver: TraceReceiver;
  let metricsPort: number;
  let heldKeys: Record<string, string>;

  beforeAll(async () => {
    // In the middle of the second rotation, which a test ends, so that the keys of before the first are taken away.
    heldKeys = keys;
    for (const step of ['begin', 'switch', 'end', 'begin']) {
      heldKeys = await rotateKeys(step, heldKeys);
    }
    receiver = await receiveTraces();
    [metricsPort = 0] = await freePorts(1);
    souk = await startComposedSouk(readComposeFile(heldKeys), heldKeys, FOR_TESTS, {
      METRICS_PORT: String(metricsPort),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
  });
  afterAll(async () => {
    await souk?.stop();
    await receiver?.[Symbol.asyncDispose]();
  });

  // The first of all, since processes that take the place of others are not observed.
  describeSeenFromInside(() => ({
    ...{ souk, receiver },
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
  }));

  const ask: ComposedSouk['ask'] = (...given) => souk.ask(...given);
  const register: ComposedSouk['register'] = (username) => souk.register(username);

  test('each answers the health check of the image', async () => {
    for (const { port } of souk.processes.values()) {
      expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    }
  });

  test.each(SUBGRAPHS)('%s refuses requests that no gateway signed', async (name) => {
    const response = await fetch(`http://127.0.0.1:${souk.processes.get(name)?.port}/graphql`, {
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
    const client = socketClient(souk.gatewayUrl, bo);
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
          variants: [
            { sku: 'LAMP', price: { minorUnits: 1500, currency: 'EUR' }, openingStock: 5 },
          ],
        },
      },
      seller.token,
    );
    expect(createProduct.errors).toEqual([]);
    const variantId = createProduct.product.defaultVariant.id;
    const order = await until(async () => {
      const { buyNow } = await ask(
        `mutation ($input: BuyNowInput!) { buyNow(input: $input) {
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
      return buyNow.order;
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
    const { variant } = await ask(
      'query ($id: ID!) { variant(id: $id) { inventory { available } } }',
      { id: variantId },
      seller.token,
    );
    expect(variant.inventory.available).toBe(3);
  });

  test('a newly registered person finds the code in the mail', async () => {
    await register('cleo');
    const welcome = await until(() =>
      souk.mail.received.find(({ to }) => to === 'cleo@example.test'),
    );
    expect(welcome.raw).toContain('From: Souk <souk@example.com>');
    // Nothing that a stranger wrote goes to an address nobody has confirmed.
    expect(welcome.raw).toContain('To open your account');
    expect(welcome.raw).not.toContain('cleo of Souk');
  });

  // How many are accepted is a matter of deadlines, which a busy machine misses by itself.
  test.runIf(SOAK)('with Redis away, messages are accepted, and each is there once', async () => {
    const size = {
      sends: 1_000,
      awayMs: 60_000,
    };
    told('Redis away', await writeWithoutRedis(souk, size));
  });

  // In the suite a toy subgraph's connections are reset so: gateway/test/repeated-mutations.test.ts.
  test.runIf(SOAK)(
    'messages sent while connections to chat are reset are all accepted, and are there once',
    async () => {
      // Somebody who writes now and then, and more who write as fast as they are answered.
      for (const writers of [1, 1, 1, 4]) {
        const size = { sends: 600, resets: 127, everyMs: 250, writers };
        told(`connections to chat reset, ${writers} writers`, await writeThroughResets(souk, size));
      }
    },
    900_000,
  );

  test('keys are rotated without one refused request and without one reset stream', async () => {
    const everything = serving.map(([name]) => name);
    const rotation = {
      // Only what has other keys by a step needs it; in the suite, of what the load meets.
      steps: [
        { name: 'switch', services: SOAK ? everything : ['users', 'chat', 'gateway'] },
        { name: 'end', services: SOAK ? everything : ['users', 'chat'] },
      ],
      conversations: sized({ suite: 2, soak: 10 }),
      // What the processes that start need is not to be taken by those who ask.
      pauseMs: sized({ suite: 300, soak: 10 }),
    };
    const { keys: ended, figures } = await rotateUnderLoad(souk, heldKeys, rotation);
    told('keys rotated', figures);
    if (!SOAK) return;
    const steps = ['begin', 'switch', 'end'].map((name) => ({ name, services: everything }));
    told(
      'keys rotated again',
      (await rotateUnderLoad(souk, ended, { ...rotation, steps })).figures,
    );
  }, 600_000);

  test('PostgreSQL killed under them ends no process, and loses and doubles nothing', async () => {
    const size = {
      kills: sized({ suite: 1, soak: 10 }),
      pauseMs: sized({ suite: 1_000, soak: 4_000 }),
      workMs: sized({ suite: 40, soak: 5 }),
    };
    told('PostgreSQL killed', await workWhilePostgresIsKilled(souk, size));
  }, 400_000);

  test('messages sent while chat, Redis and gateways are killed reach everybody once and in order', async () => {
    const { mistakes, mistakesOfForgetful, figures } = await talkThroughKills(souk, {
      rooms: sized({ suite: 2, soak: 4 }),
      senders: sized({ suite: 2, soak: 8 }),
      readers: sized({ suite: 4, soak: 40 }),
      messagesPerSecond: sized({ suite: 8, soak: 200 }),
      kills: {
        chat: sized({ suite: 1, soak: 20 }),
        redis: sized({ suite: 1, soak: 10 }),
        gateway: sized({ suite: 1, soak: 5 }),
      },
      cutWithinMs: sized({ suite: 2_000, soak: 5_000 }),
    });
    told('chat, Redis and gateways killed', figures);
    expect(mistakes.slice(0, 20)).toEqual([]);
    // Whoever forgets where it was loses some, so what is checked above can fail.
    expect(mistakesOfForgetful.join()).toContain('is lost');
  }, 2_400_000);

  // In the suite the connections of one server are drained so: platform/runtime/test/draining-connections.test.ts.
  test.runIf(SOAK)(
    'gateways stopped in turn cut no request, and one whose clients are idle stops at once',
    async () => {
      const size = {
        requests: 5_000,
        stops: 6,
      };
      const gateways = await startGateways(souk);
      for (const [kind, balance] of Object.entries({
        connections: balanceConnections,
        requests: balanceRequests,
      })) {
        const { cut, ...figures } = await rollGateways(souk, gateways, balance, size);
        told(`rolling stops behind a balancer of ${kind}`, figures);
        expect(cut, kind).toEqual([]);
      }
      // A busy machine is slow now and then; who waits for idle clients is so each time.
      const times: number[] = [];
      await until(
        async () => {
          const [gateway] = gateways.length > 0 ? gateways.splice(0, 1) : await startGateways(souk);
          if (gateway) times.push(await stopIdle(gateway));
          return Math.min(...times) < 2_000;
        },
        { within: 120_000, describe: () => `stops took ${times.join(', ')} ms` },
      );
      told('stop of an idle gateway', times);
    },
    600_000,
  );

  test.runIf(SOAK)(
    'subscribers of a gateway that is killed catch up at another',
    async () => {
      const size = {
        subscribers: 2_000,
        viewers: 40,
      };
      const figures = await stormAfterKill(souk, size);
      told('reconnect storm', { ...size, ...figures });
      expect(figures.caughtUpMs).toBeLessThan(10_000);
    },
    400_000,
  );

  // In the suite a lease runs out by itself: subgraphs/chat/test/presence.test.ts.
  test.runIf(SOAK)(
    'people whose gateway was killed look offline, unless another tab is connected',
    async () => {
      const size = { people: 50, tabs: 10 };
      const figures = await ghostsAfterKill(souk, size);
      told('ghosts', { ...size, ...figures });
      expect(figures.offlineMs).toBeLessThan(45_000);
    },
    400_000,
  );

  test('the function of users answers events as its process does', async () => {
    const requestContext = {
      ...{ stage: '$default', domainName: 'users.example' },
      http: { method: 'POST', path: '/graphql' },
    };
    const event = {
      ...{ rawPath: '/graphql', rawQueryString: '', requestContext, isBase64Encoded: false },
      headers: {
        'content-type': 'application/json',
        'x-internal-token': 'a',
        'X-Internal-Token': 'b',
      },
      body: JSON.stringify({ query: '{ __typename }' }),
    };
    const keysAsked = {
      ...{ ...event, rawPath: '/.well-known/jwks.json', headers: {}, body: undefined },
      requestContext: { ...requestContext, http: { method: 'GET' } },
    };
    const { code, said } = await souk.runText(
      'users',
      `const { handler } = await import('./subgraphs/users/dist/lambda.js');
       const answers = [await handler(${JSON.stringify(keysAsked)}), await handler(${JSON.stringify(event)})];
       console.log('ANSWERS ' + JSON.stringify(answers));
       process.exit();`,
    );
    expect(code, said).toBe(0);
    const [open, refused] = JSON.parse(/^ANSWERS (.*)$/m.exec(said)?.[1] ?? '[]');
    expect(JSON.parse(open.body).keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519' });
    expect(refused).toMatchObject({ statusCode: 401 });
  });

  let backup: Buffer;

  test('an operator lists dead events, compares the databases and takes a backup meanwhile', async () => {
    await expect(souk.run('operate')).resolves.toMatchObject({
      code: 1,
      said: expect.stringContaining('restore [--replace] < file'),
    });
    const dead = await souk.run('operate', ['events', 'dead']);
    expect(dead.said.match(/^\w+: none$/gm)).toHaveLength(SUBGRAPHS.length);
    const replayed = await souk.run('operate', ['events', 'replay', 'chat']);
    expect(replayed.said).toBe('chat: 0 put back to work\n');
    const compared = await souk.run('operate', ['check']);
    expect(compared.said).toBe(
      SUBGRAPHS.map((name) => `${name}: as its migrations make it\n`).join(''),
    );
    const settled = await souk.run('operate', ['resolve', 'chat', 'no_such', 'applied']);
    expect(settled).toMatchObject({ code: 1, said: expect.stringContaining('no_such') });
    const taken = await souk.run('operate', ['backup']);
    expect(taken.code, taken.said).toBe(0);
    backup = taken.stdout;
    const refused = await souk.run('operate', ['restore', '--replace'], backup);
    expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('is connected to') });
  });

  test('no role gets into a database that is not its own', async () => {
    const url = new URL(souk.databaseUrl('users'));
    const own = new URL(keys.CHAT_DATABASE_URL ?? '');
    [url.username, url.password] = [own.username, own.password];
    const client = openClient({ connectionString: url.href });
    await expect(client.connect()).rejects.toThrow(/permission denied/);
    await client.end().catch(() => undefined);
  });

  test('SIGTERM ends each, with nothing left', async () => {
    const all = [...souk.processes.values()];
    for (const { child } of all) child.kill('SIGTERM');
    const ends = await Promise.all(all.map(async (it) => [it.name, await exitOf(it)]));
    expect(ends).toEqual(all.map(({ name }) => [name, 0]));
    for (const { port } of all) {
      await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
    }
  });

  test('a backup is put back as it was, by the roles of the databases', async () => {
    const before = await usernames();
    const restored = await souk.run('operate', ['restore', '--replace'], backup);
    expect(restored.said).toContain('All databases are as they were');
    expect(await usernames()).toEqual(before);
    expect(before.length).toBeGreaterThan(1);
    const compared = await souk.run('operate', ['check']);
    expect(compared.code, compared.said).toBe(0);
  });

  test('the previous release starts on a database that a later one has migrated', async () => {
    await onUsers(`CREATE TABLE of_a_later_release (id int);
      INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
        VALUES ('later', 'later', '29990101000000_later', now(), 1)`);
    const migrated = await souk.run('migrate');
    expect(migrated.said).toContain(
      'users: a later release has added 29990101000000_later, which stays',
    );
    expect(migrated.code).toBe(0);
    await readiness(await souk.startAnother('users'));
  });

  const onUsers = async (sql: string) => {
    const client = openClient({ connectionString: souk.databaseUrl('users') });
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  };
  const usernames = () => onUsers('SELECT username FROM account ORDER BY username');
});
