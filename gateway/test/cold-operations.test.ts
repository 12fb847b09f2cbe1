import { silentLogger } from '@souk/runtime/process';
import { expect, onTestFinished, test } from 'vitest';
import { createOperationGuard } from '../src/limits/guard.ts';
import { createRates } from '../src/limits/rates/rates.ts';
import { createPipeline } from '../src/pipeline/pipeline.ts';
import { Refusal } from '../src/pipeline/refusal.ts';
import { createGatewaySupergraph } from '../src/supergraph/gateway-supergraph.ts';
import { createToy } from './support/toy-shop.ts';

const ASKER = { row: '192.0.2.1', isWanted: () => true };
const ALIASES = Array.from({ length: 20 }, (_, n) => `b${n}: __typename`).join(' ');
/** All of one size, and no two alike; every other one is refused when it is validated. */
const texts = Array.from(
  { length: 400 },
  (_, n) => `{ ${ALIASES} a${n}: ${n % 2 === 0 ? 'whoAsks' : 'nothing'} }`,
);

test('many new operations are prepared in turns, each as it would be by itself, and known ones run at once', async () => {
  const execute = () => Promise.reject(new Error('nothing is fetched here'));
  const supergraph = createGatewaySupergraph(createToy().supergraphSdl, { transport: { execute } });
  onTestFinished(() => supergraph.engine.close());
  const { pipeline } = createPipeline({
    supergraph: () => supergraph,
    guard: createOperationGuard({
      limits: { aliases: 50, rootFields: 50 },
      onlyOnce: [],
      logger: silentLogger,
    }),
    rates: createRates({ limits: 'off', countOwnMachine: true, logger: silentLogger }),
  });
  const known = pipeline.understand('{ whoAsks }', undefined, ASKER);
  const crowd = texts.map((text, n) =>
    pipeline.understand(text, undefined, { ...ASKER, row: `192.0.2.${n % 4}` }),
  );
  expect(crowd.filter((it) => it instanceof Promise).length).toBeGreaterThan(100);
  expect(pipeline.understand('{ whoAsks }', undefined, ASKER)).toBe(known);
  const understood = await Promise.all(crowd);
  expect(understood.map((it) => it instanceof Refusal)).toEqual(texts.map((_, n) => n % 2 === 1));
  expect(pipeline.understand(texts[398] ?? '', undefined, ASKER)).toBe(understood[398]);
});
