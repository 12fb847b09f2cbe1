import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@souk/runtime/process';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createOperationGuard } from '../src/limits/guard.ts';
import { idOf } from '../src/limits/persisted/operation-id.ts';
import { operationCache, planCache } from '../src/pipeline/cache-metrics.ts';
import { Refusal } from '../src/pipeline/refusal.ts';
import { createUnderstand } from '../src/pipeline/understand.ts';
import { createWarmUp } from '../src/pipeline/warm-up.ts';
import {
  createGatewaySupergraph,
  type GatewaySupergraph,
} from '../src/supergraph/gateway-supergraph.ts';
import { startOnFile } from './support/start-on-file.ts';
import { startToy } from './support/start-toy.ts';
import { ADA, createToy } from './support/toy-shop.ts';

const FRIENDS = `query Friends { user(id: "${ADA}") { name friends(first: 2) { name } } }`;
const misses = () => [operationCache.miss.count, planCache.miss.count];

/** What every client does at once when another supergraph has come. */
async function coldLookUps(options: { warmUpMs?: number }) {
  const { post, replace, toy, lines } = await startOnFile(options);
  const before = (await post(FRIENDS)).body;
  replace(toy.supergraphSdl.replace('type Query', '"""Read again."""\ntype Query'));
  await until(() => lines.some((line) => line.includes('the supergraph was replaced')));
  const [understood = 0, planned = 0] = misses();
  expect((await post(FRIENDS)).body).toEqual(before);
  const [understoodNow = 0, plannedNow = 0] = misses();
  return { understood: understoodNow - understood, planned: plannedNow - planned };
}

test('an operation that is used is understood and planned before another supergraph is served', async () => {
  expect(await coldLookUps({})).toEqual({ understood: 0, planned: 0 });
});

test('where nothing is made ready, its next client finds it cold', async () => {
  expect(await coldLookUps({ warmUpMs: 0 })).toEqual({ understood: 1, planned: 1 });
});

test('what clients were built with is planned before the first of them asks', async () => {
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

test('the most used come first, and what is not wanted any more ends at once', async () => {
  const { understand, next, texts, planned, serve } = twoSupergraphs();
  let asked = 0;
  const warmUp = createWarmUp({ understand, listed: () => [], withinMs: 60_000 });
  await warmUp(next, () => {
    asked += 1;
    return asked <= 2;
  });
  serve();
  expect(planned()).toEqual([texts[4], texts[5]]);
});

test('what the next supergraph has no place for, and texts that are none, keep nothing back', async () => {
  const { understand, next, planned, texts, serve } = twoSupergraphs();
  const listed = () => ['{ broken', '{ nothingOfTheKind }', 'fragment F on User { name }'];
  await createWarmUp({ understand, listed, withinMs: 60_000 })(next, () => true);
  serve();
  expect(planned()).toEqual(texts);
});
