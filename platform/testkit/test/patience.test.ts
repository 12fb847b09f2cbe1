import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { impatienceIn } from './patience.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const WORKSPACES = [
  'codegen',
  'deploy',
  'docs',
  'e2e',
  'gateway',
  'local',
  'platform',
  'subgraphs',
];

/*
 * What is not seen: a promise that is kept in a variable and fails before somebody awaits it, and a lease, token or
 * deadline of tests that runs out while the machine stands still (`unlessHeldUp` is for those).
 */

/** Bounds that are what is promised, each by its file and what it says, and what tells the promise from its breach. */
const ALLOWED: Readonly<Record<string, readonly [says: string, why: string][]>> = {
  'e2e/api-keys.test.ts': [
    ['toBeLessThan(1_000)', 'a second is the promise, kept by the fastest of three'],
  ],
  'e2e/ended-sessions.test.ts': [
    ['expect(took).toBeLessThan(1_000)', 'a second is the promise, kept by the fastest of three'],
  ],
  'e2e/processes.test.ts': [
    ['figures.caughtUpMs', 'of the soak, which has its machine for itself'],
    ['figures.offlineMs', 'of the soak, which has its machine for itself'],
  ],
  'gateway/test/access-token-keys.test.ts': [
    ['toBeLessThan(15_000)', 'the breach takes nineteen seconds'],
  ],
  'gateway/test/http-subgraphs.test.ts': [['toBeLessThan(30_000)', 'the breach takes a minute']],
  'gateway/test/operations.test.ts': [['toBeLessThan(15_000)', 'the breach takes thirty seconds']],
  'gateway/test/hostile/documents.test.ts': [
    ['Math.min(...times)', 'the fastest of three; the breach takes seconds each time'],
  ],
  'gateway/test/hostile/rates.test.ts': [['toBeLessThan(30_000)', 'the breach takes for ever']],
  'platform/runtime/test/backplane-postgres-jobs.test.ts': [
    ['toBeLessThan(10_000)', 'the breach takes for ever'],
  ],
  'platform/runtime/test/backplane-redis-outage.test.ts': [
    ['toBeLessThan(SOON)', 'the breach takes for ever'],
    ['Math.min(...times)', 'the fastest of three; the breach takes for ever'],
  ],
  'platform/runtime/test/backplane.contract.ts': [
    ['toBeLessThan(TAKES_MS)', 'the breach takes as long as the job'],
    ['toBeLessThan(STALLED_BY_DEFAULT_MS)', 'the breach takes what BullMQ takes by itself'],
  ],
  'platform/testkit/test/until.test.ts': [['within: 100', 'what never comes true, however long']],
  'subgraphs/products/test/facets.test.ts': [['toBeLessThan(3_600_000)', 'an hour']],
  'subgraphs/chat/test/newcomers.test.ts': [
    ['toBeLessThan(30_000)', 'the breach takes for ever'],
    ['Math.min(...times)', 'the fastest of three; the breach waits each time'],
  ],
};

const isOfTests = (path: string) =>
  /\.test\.ts$|\/test\/|^e2e\/|^platform\/testkit\/src\//.test(path) &&
  !/\/(?:template|failing-run)\//.test(path);

test.each([
  ['void (async () => { await work(); })();', 'nobody catches it'],
  ['(async () => { await work(); })();', 'nobody catches it'],
  ['void work().then(done);', 'nobody catches it'],
  ['setTimeout(() => void iterator.return(), 50);', 'nobody catches it'],
  ['createServer(async (request, response) => response.end());', 'nobody catches it'],
  ["server.on('stream', async (stream) => read(stream));", 'nobody catches it'],
  ['await until(isThere, { within: 2_000 });', 'a busy machine takes longer'],
  ['await vi.waitFor(isThere);', 'a busy machine takes longer'],
  ['await expect.poll(() => seen, { timeout: 5_000 }).toBe(1);', 'a busy machine takes longer'],
  ["test('it works', async () => {}, 30_000);", 'a busy machine takes longer'],
  ["test('it works', { timeout: 30_000 }, async () => {});", 'a busy machine takes longer'],
  ['expect(Date.now() - start).toBeLessThan(1_000);', 'a busy machine takes longer'],
  ['expect(answer.tookMs, name).toBeLessThan(1_000);', 'a busy machine takes longer'],
])('%s is seen', (text, kind) => {
  expect(impatienceIn(text)).toEqual([{ line: 1, text, kind }]);
});

test.each([
  'void work().catch(() => {});',
  'onTestFinished(() => void server.close());',
  'const running = (async () => { await work(); })();',
  '(async () => { await work(); })().catch(done);',
  'createServer(asListener(async (request, response) => response.end()));',
  "await until(isThere, { within: 90_000, describe: () => 'not there' });",
  'await expect.poll(() => seen).toBe(1);',
  "test('it works', async () => {}, 300_000);",
  'expect(requests.length).toBeLessThan(10);',
])('%s is well', (text) => {
  expect(impatienceIn(text)).toEqual([]);
});

const filesOfTests = () =>
  WORKSPACES.flatMap((workspace) =>
    readdirSync(`${ROOT}${workspace}`, { recursive: true, encoding: 'utf8' }).map(
      (path) => `${workspace}/${path.replaceAll('\\', '/')}`,
    ),
  )
    .filter((path) => path.endsWith('.ts') && !/node_modules|__generated__|\/dist\//.test(path))
    .filter(isOfTests);

test('no test leaves a promise to nobody, or takes a machine that is busy for one that is broken', () => {
  const ofTests = filesOfTests();
  expect(ofTests.length).toBeGreaterThan(500);
  const found = ofTests.flatMap((path) => {
    const allowed = (ALLOWED[path] ?? []).map(([says]) => says);
    return impatienceIn(readFileSync(`${ROOT}${path}`, 'utf8'))
      .filter(({ text }) => !allowed.some((says) => text.includes(says)))
      .map(({ line, text, kind }) => `${path}:${line} ${kind}: ${text}`);
  });
  expect(found).toEqual([]);
});

/** Who look at waiting locks themselves, and why nothing else can be what waits. */
const LOOK_AT_LOCKS: Readonly<Record<string, string>> = {
  'platform/testkit/src/sql.ts': 'by session, or by statement',
  'platform/testkit/test/patience.test.ts': 'this very test',
  'platform/runtime/test/lock-turns.test.ts': 'a database on which nothing else works',
  'platform/runtime/test/log-days.test.ts': 'the statement that waits is named',
};

test('no test waits for just any lock: `isWaitedFor` names the session that holds it', () => {
  const look = filesOfTests().filter((path) =>
    /wait_event_type|pg_blocking_pids/.test(readFileSync(`${ROOT}${path}`, 'utf8')),
  );
  expect(look.sort()).toEqual(Object.keys(LOOK_AT_LOCKS).sort());
});
