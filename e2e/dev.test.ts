import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisUrl, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readmeSignIn } from './readme-snippets.ts';
import { copyCheckout } from './support/checkout-copy.ts';

// `npm run dev -w @souk/users` as somebody runs it who works on that subgraph, in a checkout of its
// own (in a path with a space), since what is tried is what happens to those who edit.

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { readonly message: string; readonly extensions: { code: string } }[];
}

interface Told {
  readonly output: () => string;
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** A command of the checkout with everything that it starts. */
function run(command: string, args: readonly string[], cwd: string): Told {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, REDIS_URL: '', LOG_LEVEL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    output: () => text,
    exited,
    stop: async () => {
      if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGTERM');
      await exited;
    },
  };
}

describe.skipIf(!redisUrl())('npm run dev -w @souk/users', () => {
  let checkout: string;
  let dev: Told;
  let endpoint: string;
  const schema = () => join(checkout, 'subgraphs/users/schema.graphql');
  const soon = { describe: () => dev.output() };

  beforeAll(async () => {
    checkout = mkdtempSync(join(tmpdir(), 'souk dev '));
    // As root the servers run under another account, which has to get in.
    chmodSync(checkout, 0o755);
    copyCheckout(checkout);
    dev = run('npm', ['run', 'dev', '-w', '@souk/users'], checkout);
    const banner = /endpoint +(http:\S+\/graphql)/;
    await until(() => banner.test(dev.output()), { ...soon, within: 110_000 });
    endpoint = banner.exec(dev.output())?.[1] ?? '';
    await until(async () => (await ask('{ __typename }')).data != null, soon);
    await until(async () => (await signIn()) !== null, soon);
  });
  afterAll(async () => {
    await dev?.stop();
    rmSync(checkout, { recursive: true, force: true });
  });

  async function ask(query: string, token?: string, variables = {}): Promise<Answer> {
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    } catch {
      return {};
    }
  }

  async function signIn(): Promise<string | null> {
    const answer = await ask(
      'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
      undefined,
      { input: readmeSignIn() },
    );
    const login = answer.data?.login as { tokens: { accessToken: string } | null } | null;
    return login?.tokens?.accessToken ?? null;
  }

  const codesOf = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);

  test('is asked by a signed-in person; only users, its worker and the gateway run', async () => {
    const token = (await signIn()) ?? '';
    const { data, errors } = await ask('{ viewer { user { username } } }', token);
    expect({ data, errors }).toEqual({
      data: { viewer: { user: { username: readmeSignIn().login } } },
    });
    expect(dev.output()).toContain('3 processes are starting');
    const lines = dev.output().split('\n');
    const names = lines.flatMap((line) => /^([\w-]+) +\{"level"/.exec(line)?.[1] ?? []);
    expect([...new Set(names)].sort()).toEqual(['gateway', 'users', 'users-worker']);
    expect(codesOf(await ask('{ products(first: 1) { edges { node { id } } } }', token))).toEqual([
      'SUBGRAPH_UNAVAILABLE',
    ]);
  });

  test('a page whose name resolves to this machine a moment later is not answered', async () => {
    const { host, port } = new URL(endpoint);
    const asked = (name: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { host: name, 'apollo-require-preflight': '1' };
        const path = '/graphql?query={__typename}';
        get({ port, host: '127.0.0.1', path, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).on('error', reject);
      });
    expect(await asked(`evil.example:${port}`)).toBe(421);
    expect(await asked(host)).toBe(200);
  });

  test('a new field can be asked for, and at no time is it in the graph before its subgraph has it', async () => {
    appendFileSync(schema(), '\nextend type Query {\n  "Made up by a test."\n  weather: Int\n}\n');
    const seen = new Set<string>();
    await until(async () => {
      const answer = await ask('{ weather }');
      for (const code of codesOf(answer)) seen.add(code);
      return answer.data !== undefined && codesOf(answer).length === 0;
    }, soon);
    expect(await ask('{ weather }')).toEqual({ data: { weather: null } });
    expect([...seen].filter((code) => code !== 'GRAPHQL_VALIDATION_FAILED')).toEqual([]);
  });

  test('a mistake in a schema is reported with its file and line, and the previous graph stays in use', async () => {
    const good = readFileSync(schema(), 'utf8');
    writeFileSync(schema(), good.replace('\n  weather: Int\n', '\n  weather Int\n'));
    const line = good.slice(0, good.indexOf('\n  weather: Int')).split('\n').length + 1;
    const sentence = `subgraphs/users/schema.graphql:${line}:11: Syntax Error: Expected ":", found Name "Int".`;
    await until(() => dev.output().includes(sentence), soon);
    expect(dev.output()).toContain('users: its schema was not taken over.');
    expect(await ask('{ weather }')).toEqual({ data: { weather: null } });
  });
});
