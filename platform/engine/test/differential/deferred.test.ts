import { describe, expect, test } from 'vitest';
import type { PreparedOperation } from '../../src/index.ts';
import { failedPlaces, faultyMarket } from '../../testing/differential/faulty-market.ts';
import { subgraphs } from '../../testing/differential/market.ts';
import {
  operationsOf,
  type Piece,
  piecesOf,
  timeLimitOf,
} from '../../testing/differential/pieces.ts';
import { PLAIN_NAMES } from '../../testing/differential/random-operation.ts';
import { inParts, merged } from '../../testing/parts.ts';
import { startTestSupergraph, type TestSupergraph } from '../../testing/test-supergraph.ts';

const OPERATIONS = Number(
  process.env.DIFFERENTIAL_OPERATIONS ?? (process.env.SOUK_SOAK ? 10_000 : 24),
);
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 99);
const NAMES = { ...PLAIN_NAMES, deferred: 0.7, streamed: 0.3 };

/** The same whatever the order of members, which parts do not keep. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
};

/** Each place once: two parts that have a field in common both say so. */
const places = (...given: Parameters<typeof failedPlaces>) => [...new Set(failedPlaces(...given))];

/**
 * Of some hundred operations with nested parts, planning one takes longer than allowed; it is then refused as
 * a whole.
 */
const MOST_REFUSED = 0.01;
const isRefused = ({ first }: Awaited<ReturnType<typeof inParts>>) => first.status === 503;

/** Runs random operations whole and in parts, and compares; returns how many came in parts. */
async function compare(
  { engine, run }: TestSupergraph,
  piece: Piece,
): Promise<{ inParts: number; nested: number; streamed: number; failed: number }> {
  const counts = { inParts: 0, nested: 0, streamed: 0, failed: 0 };
  let refused = 0;
  for (const { text, variables, problem } of operationsOf(engine, piece, () => NAMES)) {
    const prepared = engine.prepare(text) as PreparedOperation;
    expect(prepared.kind, problem).toBe('prepared');
    const plain = await run(text, variables);
    const parts = await inParts(engine, prepared, variables);
    if (isRefused(parts)) {
      refused += 1;
      continue;
    }
    const { data, errors } = merged(parts);
    expect(places(errors, data), problem).toEqual(places(plain.errors, plain.data));
    expect(sorted(data), problem).toEqual(sorted(plain.data));
    if (parts.batches.length > 0) counts.inParts += 1;
    if (parts.batches.some(({ pending }) => pending.length > 0)) counts.nested += 1;
    if (parts.batches.some(({ results }) => results.some(({ kind }) => kind === 'items'))) {
      counts.streamed += 1;
    }
    if (parts.batches.some(({ results }) => results.some((each) => each.errors.length > 0))) {
      counts.failed += 1;
    }
  }
  expect(refused).toBeLessThanOrEqual(MOST_REFUSED * piece.operations);
  return counts;
}

describe('the parts of random operations make up their plain answers', () => {
  test.each(piecesOf(OPERATIONS, FIRST_SEED))(
    '%s',
    async (_, piece) => {
      const market = startTestSupergraph(subgraphs);
      const { inParts, nested, streamed, failed } = await compare(market, piece);
      expect(inParts).toBeGreaterThan(piece.operations / 8);
      expect(nested).toBeGreaterThan(0);
      expect(streamed).toBeGreaterThan(0);
      expect(failed).toBe(0);
    },
    timeLimitOf(OPERATIONS),
  );
});

describe('so they do where fields fail: the same data and errors', () => {
  test.each(piecesOf(OPERATIONS, FIRST_SEED))(
    '%s',
    async (_, piece) => {
      const { engine } = startTestSupergraph(subgraphs);
      const market = startTestSupergraph(faultyMarket(engine.apiSchema), { maxErrors: 100_000 });
      const { failed } = await compare(market, piece);
      expect(failed).toBeGreaterThan(0);
    },
    timeLimitOf(OPERATIONS),
  );
});
