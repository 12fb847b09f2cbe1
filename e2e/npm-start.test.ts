import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { answered, type GivenAnswer, postOperation, redisUrl, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readmeSignIn } from './readme-snippets.ts';
import { ROOT } from './support/compose-file.ts';
import { type NpmStart, npmStart } from './support/npm-start.ts';
import { socketClient } from './support/socket-client.ts';

// `npm start` as a process of its own, on its own PostgreSQL and Redis, in a path with a space.

const run = promisify(execFile);
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const command = (name: string, ...args: string[]) =>
  run(process.execPath, ['--import', TSX, `platform/migrations/commands/${name}.ts`, ...args], {
    cwd: ROOT,
    env: { ...process.env, REDIS_URL: '' },
  });

const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { errors { __typename } } }`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'souk npm start '));
  // As root the servers run under another account, which has to get in.
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a person's mistake is told in one sentence, without a stack", () => {
  const inFolder = (name: string) => join(folder, name);
  test.each([
    ['a file as the data folder', ['--data', 'a file'], 'there is a file where a folder should be'],
    [
      'a folder inside a file',
      ['--data', 'a file/below'],
      'there is a file where a folder should be',
    ],
    ['a folder the system does not allow', ['--data', '/proc/nothing'], 'cannot be used'],
    ['no name of a folder', ['--data', ''], '--data must name a folder'],
    ['a port that is none', ['--port', '70000'], '--port must be a number'],
    ['an option that is none', ['--prot', '1'], "Unknown option '--prot'"],
    ['a word too many', ['now'], "Unexpected argument 'now'"],
  ])('%s', async (_, [option = '', value = ''], sentence) => {
    writeFileSync(inFolder('a file'), '');
    const args = value.startsWith('a file')
      ? [option, inFolder(value)]
      : [option, value].filter(Boolean);
    const started = npmStart(option === '--data' && value === '' ? ['--data='] : args);
    expect(await started.exited).toBe(1);
    expect(started.output()).toContain(sentence);
    expect(started.output()).not.toMatch(/^\s+at /m);
  });

  test.each(['18.20.4', '20.18.0', '21.7.3', '22.11.0', '23.1.0'])('Node %s', async (version) => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
    const started = npmStart(['--data', inFolder('old')], {
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(pretend)}"`,
    });
    expect(await started.exited).toBe(1);
    expect(started.output().trim()).toBe(
      `Souk needs Node ^20.19 || ^22.12 || >=24; this is ${version}.`,
    );
  });

  test('damaged secrets and an invalid limit are reported, too', async () => {
    const dataDir = inFolder('spoilt');
    const wrongLimit = npmStart(['--data', dataDir, '--port', '0', '--no-demo'], {
      LIMIT_RATE_LOGIN: 'often',
    });
    expect(await wrongLimit.exited).toBe(1);
    expect(wrongLimit.output()).toContain('LIMIT_RATE_LOGIN must be a rate such as 20/15m');
    writeFileSync(join(dataDir, 'secrets.json'), '{"cursorSecret":');
    const spoilt = npmStart(['--data', dataDir, '--port', '0', '--no-demo']);
    expect(await spoilt.exited).toBe(1);
    expect(spoilt.output()).toContain('secrets.json cannot be read');
    for (const { output } of [wrongLimit, spoilt]) expect(output()).not.toMatch(/^\s+at /m);
  });
});

/** How long an answer may take on a machine that is busy with other tests. */
const UNHURRIED = { SUBGRAPH_QUERY_TIMEOUT_MS: '60000', SUBGRAPH_MUTATION_TIMEOUT_MS: '60000' };

describe.skipIf(!redisUrl())('one that runs', () => {
  let dataDir: string;
  let souk: NpmStart;
  let url: string;
  beforeAll(async () => {
    dataDir = join(folder, 'data');
    souk = npmStart(['--data', dataDir, '--port', '0'], {
      ...UNHURRIED,
      ALLOWED_ORIGINS: 'https://shop.example',
    });
    url = await souk.url();
  });
  afterAll(() => souk?.stop());

  test('answers only to the names of this machine and of the configured pages', async () => {
    const { port } = new URL(url);
    const asked = (host: string, path: string) =>
      new Promise<[status: number | undefined, text: string]>((resolve, reject) => {
        const asking = request(
          { port, host: '127.0.0.1', path, headers: { host, 'apollo-require-preflight': '1' } },
          async (answer) => resolve([answer.statusCode, await textOf(answer)]),
        );
        asking.on('error', reject);
        asking.end();
      });
    const paths = ['/dev/mailbox.json', '/graphql?query={__typename}', '/readyz'];
    for (const path of paths) {
      const [status, text] = await asked(`evil.example:${port}`, path);
      expect([status, JSON.parse(text).errors[0].extensions.code], path).toEqual([
        421,
        'MISDIRECTED_REQUEST',
      ]);
      // On a busy machine the database is late with its answer now and then.
      for (const host of [`localhost:${port}`, `a.localhost:${port}`, 'shop.example'])
        await expect
          .poll(async () => (await asked(host, path))[0], { message: `${host}${path}` })
          .toBe(200);
    }
    const upgrading = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asking = request({
          ...{ port, host: '127.0.0.1', path: '/graphql' },
          headers: {
            ...{ host, origin: `http://${host}`, connection: 'Upgrade', upgrade: 'websocket' },
            'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
            ...{ 'sec-websocket-version': '13', 'sec-websocket-protocol': 'graphql-transport-ws' },
          },
        });
        asking.on('response', ({ statusCode }) => resolve(statusCode));
        asking.on('upgrade', (_, socket) => {
          socket.destroy();
          resolve(101);
        });
        asking.on('error', reject);
        asking.end();
      });
    expect(await upgrading(`evil.example:${port}`)).toBe(421);
    expect(await upgrading(`localhost:${port}`)).toBe(101);
  });

  const redisPid = () => Number(readFileSync(join(dataDir, 'redis', 'redis.pid'), 'utf8'));
  const postgresPid = () =>
    Number(
      readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
  const readyz = async () => {
    const response = await fetch(`${url}/readyz`);
    return (await response.json()) as { status: string; away?: string[] };
  };
  const ask = (query: string, variables: object = {}, token: string | null = null) =>
    answered(() => postOperation(url, query, variables, token));
  const SIGN_IN = `mutation ($input: LoginInput!) { login(input: $input) {
    tokens { accessToken } errors { ... on UserError { code } } } }`;
  const signIn = async () => {
    const { login } = await ask(SIGN_IN, { input: readmeSignIn() });
    expect(login.errors).toEqual([]);
    return login.tokens.accessToken as string;
  };
  const orderOne = async () => {
    const token = await signIn();
    const { products } = await ask(
      '{ products(first: 1) { edges { node { defaultVariant { id } } } } }',
    );
    const { buyNow } = await ask(
      `mutation ($input: BuyNowInput!) { buyNow(input: $input) {
         order { number } errors { ... on UserError { code message } } } }`,
      {
        input: {
          lines: [{ variantId: products.edges[0].node.defaultVariant.id, quantity: 1 }],
          shippingAddress: {
            ...{
              name: 'Ada',
              line1: 'Main St 1',
              city: 'Lund',
              postalCode: '22100',
              country: 'SE',
            },
          },
          idempotencyKey: randomUUID(),
        },
      },
      token,
    );
    expect(buyNow.errors).toEqual([]);
    const { number } = buyNow.order;
    return async () => {
      const { viewer } = await ask(
        '{ viewer { orders(first: 10) { edges { node { number status } } } } }',
        {},
        token,
      );
      return viewer.orders.edges.find(
        ({ node }: { node: { number: string } }) => node.number === number,
      )?.node.status;
    };
  };

  test('says from the first line what it is doing, and shows no stack', () => {
    const lines = souk.output().split('\n').filter(Boolean);
    expect(lines[0]).toBe('  Souk is starting.');
    expect(souk.output()).toMatch(/ s {2}loading .*\n.* s {2}starting PostgreSQL .*\n/);
    expect(souk.output()).not.toMatch(/^\s+at /m);
  });

  test('a second one on the same data is refused and touches nothing', async () => {
    const seen = () =>
      ['redis/redis.pid', 'redis/redis.log', 'secrets.json', 'postgres/password'].map((name) => {
        const { ino, mtimeMs } = statSync(join(dataDir, name));
        return [name, ino, mtimeMs];
      });
    const [before, redis, postgres] = [seen(), redisPid(), postgresPid()];
    const second = npmStart(['--data', dataDir, '--port', '0']);
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(`Another Souk (process ${souk.child.pid}) is using the data`);
    expect(second.output()).toContain('--data <folder>');
    expect([seen(), redisPid(), postgresPid()]).toEqual([before, redis, postgres]);
    await expect.poll(readyz).toEqual({ status: 'ready' });
  });

  test('a Redis that is killed is started again, and orders go on', async () => {
    const killed = redisPid();
    process.kill(killed, 'SIGKILL');
    await until(() => /Redis is back/.test(souk.output()), {
      describe: souk.output,
    });
    expect(redisPid()).not.toBe(killed);
    await until(async () => (await readyz()).status === 'ready');
    const status = await orderOne();
    await until(async () => (await status()) === 'RESERVED');
  });

  test('while a Redis does not answer, readiness says so', async () => {
    const pid = redisPid();
    process.kill(pid, 'SIGSTOP');
    try {
      await until(async () => (await readyz()).status === 'degraded');
      expect(await readyz()).toEqual({ status: 'degraded', away: ['redis'] });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await until(async () => (await readyz()).status === 'ready');
  });

  test('a PostgreSQL that is killed is started again, and everything continues', async () => {
    const killed = postgresPid();
    process.kill(killed, 'SIGKILL');
    await until(() => /PostgreSQL is back/.test(souk.output()), {
      describe: souk.output,
    });
    expect(postgresPid()).not.toBe(killed);
    await until(async () => (await readyz()).status === 'ready');
    const status = await orderOne();
    await until(async () => (await status()) === 'RESERVED');
  });

  test.each([
    ['http://localhost:5173', true],
    ['http://127.0.0.1:3000', true],
    ['http://[::1]:8080', true],
    ['https://localhost', true],
    ['http://shop.localhost:3000', true],
    ['https://shop.example', true],
    ['http://localhost.evil.example', false],
    ['http://evil.example', false],
    ['null', false],
  ])('a page of %s may use it: %s', async (origin, allowed) => {
    const { headers } = await postOperation(url, '{ __typename }', {}, null, { origin });
    expect(headers.get('access-control-allow-origin')).toBe(allowed ? origin : null);
  });

  test('repeated sign-ins do not lock a developer out', async () => {
    for (let n = 0; n < 25; n += 1) expect(await signIn()).toMatch(/^ey/);
  });

  // The last, since it ends this one and goes on with another.
  test('a backup is taken while people write, and after its restore a stream continues from an earlier cursor', async () => {
    const [fresh, file] = ['restored', 'souk.backup'].map((name) => join(folder, name));
    const token = await signIn();
    const { createRoom } = await ask(
      `mutation ($input: CreateRoomInput!) { createRoom(input: $input) { room { id head } errors { __typename } } }`,
      { input: { kind: 'PRIVATE', name: 'Kept', participantIds: [] } },
      token,
    );
    const { id: roomId, head: cursor } = createRoom.room;
    const send = (text: string, as: string) =>
      ask(SEND, { input: { roomId, clientMessageId: randomUUID(), text } }, as);
    await send('before', token);
    await command('backup', file as string, '--data', dataDir);
    expect(statSync(file as string).mode & 0o077).toBe(0);
    await send('after', token);
    // Nobody takes a folder from under a Souk that runs.
    await expect(
      command('restore', file as string, '--replace', '--data', dataDir),
    ).rejects.toThrow(/is using the data/);
    await souk.stop();

    await command('restore', file as string, '--data', fresh as string);
    souk = npmStart(['--data', fresh as string, '--port', '0'], UNHURRIED);
    url = await souk.url();
    await send('anew', await signIn());
    // A token of before the backup counts: the keys are the same.
    const client = socketClient(`${url}/graphql`, { token });
    const texts: string[] = [];
    for await (const { data } of client.iterate({
      query: `subscription ($id: ID!, $after: EventCursor) { roomEvents(roomId: $id, after: $after) {
        __typename ... on MessagePosted { message { text } } } }`,
      variables: { id: roomId, after: cursor },
    })) {
      const { __typename, message } = (data as GivenAnswer['data']).roomEvents;
      if (message) texts.push(message.text);
      expect(__typename).not.toBe('StreamReset');
      if (__typename === 'CaughtUp') break;
    }
    expect(texts).toEqual(['before', 'anew']);
    await client.dispose();
  });
});
