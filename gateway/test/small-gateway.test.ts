import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildProcesses, until } from '@souk/testkit';
import { beforeAll, expect, onTestFinished, test } from 'vitest';

// The bundle over Souk's own supergraph, as in production.
const DIST = new URL('../dist/', import.meta.url);
const SUPERGRAPH = fileURLToPath(new URL('../supergraph.graphql', import.meta.url));

/** Private memory of a gateway at rest, in megabytes. It is 45 to 67; it was 124 when both threads kept Apollo's schemas. */
const MOST_MEGABYTES = 85;

beforeAll(() => buildProcesses(['gateway']));

async function startGateway() {
  const args = [fileURLToPath(new URL('main.js', DIST)), '--supergraph', SUPERGRAPH, '--port', '0'];
  const env = { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'info', REDIS_URL: '' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let lines = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    lines += chunk;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const url = await until(() => /"url":"([^"]+)"/.exec(lines)?.[1] ?? null);
  return { url, memory: `/proc/${child.pid}/smaps_rollup` };
}

function ownMegabytes(memory: string): number {
  const sizes = [...readFileSync(memory, 'utf8').matchAll(/^Private_\w+: +(\d+) kB$/gm)];
  return sizes.reduce((sum, [, size]) => sum + Number(size), 0) / 1_024;
}

test.skipIf(!existsSync('/proc/self/smaps_rollup'))(
  'an idle gateway holds little memory, and still plans',
  async () => {
    const { url, memory } = await startGateway();
    let megabytes = 0;
    const isSmall = () => {
      megabytes = ownMegabytes(memory);
      return megabytes < MOST_MEGABYTES;
    };
    await until(isSmall, { describe: () => `it holds ${Math.round(megabytes)} MB` });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ products(first: 1) { edges { node { id } } } }' }),
    });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    // Planned, and sent where no subgraph is.
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['SUBGRAPH_UNAVAILABLE']);
  },
);

/** A file of the bundle with everything that it imports statically. */
function readAtStart(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const code = readFileSync(new URL(name, DIST), 'utf8');
  // Dynamic imports are written as calls, which do not match.
  for (const [, chunk] of code.matchAll(/(?:from|import) ?"\.\/(chunk-\w+\.js)"/g))
    readAtStart(chunk as string, seen);
  return seen;
}

const NOT_AT_START =
  /node_modules\/(?:@apollo\/(?:federation-internals|query-planner|subgraph)|ioredis|pg|undici)\//;

test('a start reads neither Apollo’s libraries nor clients that it may never need', () => {
  const files = [...readAtStart('main.js')];
  const packages = files.flatMap((name) =>
    NOT_AT_START.exec(readFileSync(new URL(name, DIST), 'utf8')),
  );
  expect(packages.filter((found) => found !== null)).toEqual([]);
  // The pattern does match where these packages are: the planning thread loads them.
  const planning = [...readAtStart('plan-on-thread.js')].map((name) =>
    readFileSync(new URL(name, DIST), 'utf8'),
  );
  expect(planning.some((code) => NOT_AT_START.test(code))).toBe(true);
});
