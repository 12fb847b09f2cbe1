import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningSouk, startSouk } from './running-souk.ts';
import { ROOT } from './support/compose-file.ts';
import { freePorts } from './support/composed-processes.ts';
import { socketClient } from './support/socket-client.ts';

// deploy/proxy/Caddyfile as the compose file runs it: TLS and WebSockets in front of a gateway.

const CADDYFILE = fileURLToPath(new URL('deploy/proxy/Caddyfile', ROOT));

/** Whether Caddy is here; `SOUK_REQUIRE_CADDY=1` makes a missing one an error instead of a skipped test. */
function caddyIsHere(): boolean {
  try {
    execFileSync('caddy', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env.SOUK_REQUIRE_CADDY === '1') {
      throw new Error('SOUK_REQUIRE_CADDY=1, but there is no caddy (apt-get install caddy).');
    }
    return false;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Answer = any;

describe.skipIf(!caddyIsHere())('a gateway behind Caddy (skipped where there is no caddy)', () => {
  let souk: RunningSouk;
  let folder: string;
  let proxy: ChildProcess;
  let said = '';
  let port: number;
  let plainPort: number;
  let ca: Buffer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'souk proxy '));
    souk = await startSouk({
      // One proxy of ours is in front. Ada registers without it, from the same address.
      settings: { TRUSTED_PROXIES: '1', LIMIT_RATE_REGISTER: '3/1h' },
    });
    [port = 0, plainPort = 0] = await freePorts(2);
    proxy = spawn('caddy', ['run', '--config', CADDYFILE, '--adapter', 'caddyfile'], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        XDG_DATA_HOME: folder,
        XDG_CONFIG_HOME: folder,
        SITE: 'localhost',
        GATEWAY: new URL(souk.url).host,
        HTTP_PORT: String(plainPort),
        HTTPS_PORT: String(port),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    proxy.stderr?.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    const root = join(folder, 'caddy/pki/authorities/local/root.crt');
    await until(
      async () => {
        if (proxy.exitCode !== null) throw new Error(said);
        if (!existsSync(root)) return false;
        ca = readFileSync(root);
        // Until it listens with its certificate, a connection is refused.
        return (await send('GET', '/livez').catch(() => null))?.status === 200;
      },
      { describe: () => said.slice(-2_000) },
    );
  });
  afterAll(async () => {
    if (proxy && proxy.exitCode === null) {
      proxy.kill('SIGTERM');
      await once(proxy, 'exit');
    }
    await souk?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const send = (
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Answer; headers: Record<string, unknown> }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host: 'localhost', port, path, method, ca },
          headers: { 'content-type': 'application/json', ...headers },
        },
        async (response) => {
          let text = '';
          for await (const chunk of response.setEncoding('utf8')) text += chunk;
          const json = text.startsWith('{') ? JSON.parse(text) : text;
          resolve({ status: response.statusCode ?? 0, body: json, headers: response.headers });
        },
      );
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });

  test('a query goes by TLS, and plain HTTP leads there', async () => {
    const answer = await send('POST', '/graphql', { query: '{ __typename }' });
    expect(answer).toMatchObject({ status: 200, body: { data: { __typename: 'Query' } } });
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d+; includeSubDomains$/);
    const plain = await fetch(`http://localhost:${plainPort}/graphql`, { redirect: 'manual' });
    expect(plain.status).toBe(308);
    expect(plain.headers.get('location')).toMatch(/^https:/);
  });

  test('events come over a WebSocket by TLS', async () => {
    const ada = await souk.register('ada', 'Ada');
    const client = socketClient(`https://localhost:${port}/graphql`, ada, {
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols, { ca });
        }
      },
    });
    const events = client.iterate({ query: 'subscription { accountEvents { __typename } }' });
    expect((await events.next()).value).toMatchObject({
      data: { accountEvents: { __typename: 'CaughtUp' } },
    });
    const renamed = await souk.ask(
      `mutation { updateProfile(input: { displayName: "Ada L." }) { errors { __typename } } }`,
      {},
      ada.token,
    );
    expect(renamed.updateProfile.errors).toEqual([]);
    expect((await events.next()).value).toMatchObject({
      data: { accountEvents: { __typename: 'ProfileUpdated' } },
    });
    await client.dispose();
  });

  test('limits count the client in front of the proxy, whatever address it claims', async () => {
    const register = (username: string) =>
      send(
        'POST',
        '/graphql',
        {
          query: `mutation ($input: RegisterUserInput!) { registerUser(input: $input) { errors { __typename } } }`,
          variables: {
            input: {
              ...{ username, displayName: username, email: `${username}@example.test` },
              password: 'a long enough sentence',
            },
          },
        },
        { 'x-forwarded-for': `203.0.113.${username.length}` },
      );
    const answers = [];
    for (const name of ['bo', 'cyd', 'dora', 'elias']) answers.push((await register(name)).status);
    expect(answers).toEqual([200, 200, 429, 429]);
  });
});
