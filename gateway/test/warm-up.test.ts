import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@souk/runtime/process';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createOperationGuard } from '../src/limits/guard.ts';
import { idOf } from '../src/limits/persisted/operation-id.ts';
import { operationCache, planCache, threadCache } from '../src/pipeline/cache-metrics.ts';
import { Refusal } from '../src/pipeline/refusal.ts';
import { createUnderstand } from '../src/pipeline/understand.ts';
import { createWarmUp } from '../src/pipeline/warm-up.ts';
import {
  createGatewaySupergraph,
  type GatewaySupergraph,
} from '../src/supergraph/gateway-supergraph.ts';
import { isSameAccess } from '../src/supergraph/same-access.ts';
import { createServedSupergraphs } from '../src/supergraph/served-supergraphs.ts';
import { startOnFile } from './support/start-on-file.ts';
import { startToy } from './support/start-toy.ts';
import { ADA, createToy } from './support/toy-shop.ts';

const FRIENDS = `query Friends { user(id: "${ADA}") { name friends(first: 2) { name } } }`;
const misses = () => [operationCache.miss.count, planCache.miss.count, threadCache.miss.count];

/** What every client does at once when another supergraph has come. */
async function coldLookUps(
  options: { warmUpMs?: number },
  change = (sdl: string) => sdl.replace('type Query', '"""Read again."""\ntype Query'),
) {
  const { post, replace, toy, lines } = await startOnFile(options);
  // On a busy machine the first plan may come too late for whoever asks first.
  const before = await until(async () => {
    const { body } = await post(FRIENDS);
    return body.data ? body : null;
  });
  replace(change(toy.supergraphSdl));
  await until(() => lines.some((line) => line.includes('the supergraph was replaced')));
  const [understood = 0, planned = 0, found = 0] = misses();
  expect((await post(FRIENDS)).body).toEqual(before);
  const [understoodNow = 0, plannedNow = 0, foundNow = 0] = misses();
  return {
    understood: understoodNow - understood,
    planned: plannedNow - planned,
    found: foundNow - found,
  };
}

test('an operation that is used is understood and planned before another supergraph is served', async () => {
  expect(await coldLookUps({})).toEqual({ understood: 0, planned: 0, found: 0 });
});

test('without a warm-up the next client finds it cold', async () => {
  expect(await coldLookUps({ warmUpMs: 0 })).toEqual({ understood: 1, planned: 1, found: 0 });
});

test("a plan is made again when its subgraphs' schema changed", async () => {
  const anotherKey = (sdl: string): string => {
    const key = /type User implements Node[^{]*key: "id"\)/;
    expect(sdl).toMatch(key);
    return sdl.replace(key, '$& @join__type(graph: PEOPLE, key: "name")');
  };
  expect(await coldLookUps({ warmUpMs: 0 }, anotherKey)).toMatchObject({ planned: 1, found: 1 });
});

test('the operations of the safelist are planned before the first client asks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'souk manifest '));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const manifestFile = join(folder, 'manifest.json');
  writeFileSync(manifestFile, JSON.stringify({ [idOf(FRIENDS)]: FRIENDS }));
  await using toy = await startToy({
    persistedOperations: { safelist: { mode: 'enforce', manifestFile } },
  });
  const before = misses();
  const { body } = await toy.send({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: FRIENDS, operationName: 'Friends' }),
  });
  expect(body.data.user.name).toBe('Ada');
  expect(misses()).toEqual(before);
});

/** Two supergraphs of which the first is served, and what is understood over them. */
function twoSupergraphs() {
  const toy = createToy();
  const execute = () => Promise.reject(new Error('nothing is fetched here'));
  const [first, next] = ['', '\n# another'].map((end) =>
    createGatewaySupergraph(toy.supergraphSdl + end, { transport: { execute } }),
  ) as [GatewaySupergraph, GatewaySupergraph];
  onTestFinished(() => {
    first.engine.close();
    next.engine.close();
  });
  let served = first;
  const guard = createOperationGuard({ onlyOnce: [], logger: silentLogger });
  const understand = createUnderstand({ supergraph: () => served, guard });
  const texts = Array.from({ length: 6 }, (_, n) => `{ a${n}: whoAsks }`);
  for (const [uses, text] of texts.entries()) {
    const operation = understand(text, undefined);
    if (!(operation instanceof Refusal)) operation.uses.count = uses;
  }
  const planned = () =>
    texts.filter((text) => {
      const operation = understand(text, undefined);
      return !(operation instanceof Refusal) && operation.prepared.isPlanned;
    });
  return {
    understand,
    next,
    texts,
    planned,
    serve: () => {
      served = next;
    },
  };
}

test('a cancelled warm-up ends at once and leaves nothing behind', async () => {
  const { understand, next, texts, planned, serve } = twoSupergraphs();
  let asked = 0;
  const warmUp = createWarmUp({ understand, listed: () => [], withinMs: 60_000 });
  await warmUp(next, () => {
    asked += 1;
    return asked <= 2;
  });
  expect(asked).toBe(3);
  serve();
  const [before = 0] = misses();
  planned();
  expect(misses()[0]).toBe(before + texts.length);
});

test('what the next supergraph has no place for, and texts that are none, keep nothing back', async () => {
  const { understand, next, planned, texts, serve } = twoSupergraphs();
  const listed = () => ['{ broken', '{ nothingOfTheKind }', 'fragment F on User { name }'];
  await createWarmUp({ understand, listed, withinMs: 60_000 })(next, () => true);
  serve();
  expect(planned()).toEqual(texts);
});

test('a supergraph with different requirements for its readers is served at once', async () => {
  const sdl = createToy().supergraphSdl;
  const execute = () => Promise.reject(new Error('nothing is fetched here'));
  const load = (text: string) => {
    const supergraph = createGatewaySupergraph(text, { transport: { execute } });
    onTestFinished(() => supergraph.engine.close());
    return supergraph;
  };
  const whoAsks = 'whoAsks: String @join__field(graph: PEOPLE)';
  expect(sdl).toContain(whoAsks);
  const before = load(sdl);
  const changed = (other: string) => load(sdl.replace(whoAsks, other));
  expect(isSameAccess(before, load(`${sdl}\n# the same`))).toBe(true);
  expect(isSameAccess(before, changed(`"Said." ${whoAsks}`))).toBe(true);
  expect(
    isSameAccess(
      before,
      changed(`more: Int @join__field(graph: PEOPLE) @authenticated ${whoAsks}`),
    ),
  ).toBe(true);
  expect(isSameAccess(before, changed(`${whoAsks} @authenticated`))).toBe(false);
  expect(isSameAccess(changed(`${whoAsks} @authenticated`), before)).toBe(false);
  expect(
    isSameAccess(before, changed(`${whoAsks} @requiresScopes(scopes: [["users:read"]])`)),
  ).toBe(false);

  const warmed: string[] = [];
  let replace = (_: string) => {};
  const served = createServedSupergraphs({
    source: {
      load: async () => sdl,
      watch: (changed) => {
        replace = changed;
        return () => {};
      },
    },
    load,
    warmUp: async (next) => void warmed.push(next.sdl),
    logger: silentLogger,
  });
  await served.start();
  const stricter = sdl.replace(whoAsks, `${whoAsks} @authenticated`);
  for (const text of [stricter, `${stricter}\n# the same`]) {
    replace(text);
    await until(() => served.current().sdl === text);
  }
  expect(warmed).toEqual([sdl, `${stricter}\n# the same`]);
  served.stop();
});

test('the most used are planned first, and how often they were used goes along', async () => {
  const { understand, next, texts, planned, serve } = twoSupergraphs();
  const order: string[] = [];
  const watched = Object.assign((...asked: Parameters<typeof understand>) => understand(...asked), {
    ...understand,
    ahead: (...[on, text, name]: Parameters<typeof understand.ahead>) => {
      order.push(text);
      return understand.ahead(on, text, name);
    },
  });
  await createWarmUp({ understand: watched, listed: () => [], withinMs: 60_000 })(next, () => true);
  expect(order).toEqual([...texts].reverse());
  serve();
  expect(planned()).toEqual(texts);
  expect(understand.mostUsed().map(({ uses }) => uses.count)).toEqual([2, 2, 1, 1, 0, 0]);
});
