import { expect, test } from 'vitest';
import type { PreparedOperation } from '../../src/index.ts';
import { subgraphs } from '../../testing/differential/market.ts';
import { createRandom } from '../../testing/differential/random.ts';
import { PLAIN_NAMES, randomOperation } from '../../testing/differential/random-operation.ts';
import { inParts, merged } from '../../testing/parts.ts';
import { startTestSupergraph } from '../../testing/test-supergraph.ts';

const OPERATIONS = Number(
  process.env.DIFFERENTIAL_OPERATIONS ?? (process.env.SOUK_SOAK ? 10_000 : 40),
);
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 60);
const BATCH = 40;
const TIME_LIMIT_MS = 1_800_000;

const NAMES = { ...PLAIN_NAMES, deferred: 0.7 };

/** The same whatever the order of members, which parts do not keep. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
};

test(
  `the parts of ${OPERATIONS} random operations make up their plain answers`,
  async () => {
    const { engine, run } = startTestSupergraph(subgraphs);
    const operationFor = (seed: number) =>
      randomOperation(engine.apiSchema, createRandom(seed), NAMES);
    let inSeveralParts = 0;
    let nested = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + OPERATIONS; seed += 1) {
      if ((seed - FIRST_SEED) % BATCH === 0) {
        for (let ahead = seed; ahead < seed + BATCH; ahead += 1) {
          const operation = engine.prepare(operationFor(ahead).text);
          if (operation.kind === 'prepared') void operation.planAhead();
        }
      }
      const { text, variables } = operationFor(seed);
      const problem = `seed ${seed}\n${text}\n${JSON.stringify(variables)}`;
      const prepared = engine.prepare(text) as PreparedOperation;
      expect(prepared.kind, problem).toBe('prepared');
      const plain = await run(text, variables);
      expect(plain.errors, problem).toBeUndefined();
      const parts = await inParts(engine, prepared, variables);
      const { data, errors } = merged(parts);
      expect(errors, problem).toEqual([]);
      expect(sorted(data), problem).toEqual(sorted(plain.data));
      if (parts.batches.length > 0) inSeveralParts += 1;
      if (parts.batches.some(({ pending }) => pending.length > 0)) nested += 1;
    }
    expect(inSeveralParts).toBeGreaterThan(OPERATIONS / 8);
    expect(nested).toBeGreaterThan(0);
  },
  TIME_LIMIT_MS,
);
