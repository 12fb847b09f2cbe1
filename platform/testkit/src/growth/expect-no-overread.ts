import type { Viewer } from '@souk/runtime/domain';
import type { PruneRule } from '@souk/runtime/persistence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StartedSubgraph } from '../start-subgraph.ts';
import { fillDatabase } from './fill-database.ts';
import { GROWTH } from './grown.ts';
import { listsAskedFor, listsOfSchema } from './lists-of-schema.ts';
import { readsOfSchema, type Sample } from './reads-of-schema.ts';
import { describeOverreads, walkReads } from './walk-reads.ts';
import { rulesThatPassOver } from './walk-rules.ts';

/** A subgraph, what fills its database, and what is asked of it then. */
export interface Growth {
  readonly start: () => Promise<StartedSubgraph>;
  /** Statements; they make `GROWTH.rows` of the largest table, and of others in proportion. */
  readonly fill: readonly string[];
  readonly sample: Sample;
  readonly viewer: Viewer;
  /** By which the subgraph forgets what is old; what it was filled with has old rows that stay. */
  readonly rules: readonly PruneRule[];
  /** Rules, by their table, of which only few old rows ever stay, with the reason. */
  readonly fewStay?: Readonly<Record<string, string>>;
  /** The sample must have at least this many reads; otherwise it has lost part of the schema. */
  readonly reads: number;
}

/**
 * Every read of a subgraph's schema touches no more than what it gives, however much there is.
 *
 * @returns the subgraph with its full database, for further tests of the file
 */
export function expectNoOverread(
  name: string,
  { start, fill, sample, viewer, rules, fewStay, reads }: Growth,
): () => StartedSubgraph {
  let graph: StartedSubgraph;
  beforeAll(async () => {
    graph = await start();
    const tell = (step: string) => {
      if (GROWTH.report) console.info(`${name}: ${step}`);
    };
    const { pretended } = GROWTH;
    await fillDatabase(graph.databaseUrl, { statements: fill, pretended, tell });
  }, GROWTH.timeoutMs);
  afterAll(() => graph?.[Symbol.asyncDispose]());
  test(
    `no read of ${name} touches more than what it gives, however much there is`,
    async () => {
      const walk = await walkReads(graph, sample, viewer);
      const { worst } = walk;
      if (GROWTH.report && worst) {
        console.info(
          `${name}: ${walk.statements} statements; most for a row: ${worst.pages} pages for ${worst.rows} rows of ${worst.read}`,
        );
      }
      expect(describeOverreads(walk.overreads)).toBe('');
      expect(walk.wrongSaid).toEqual([]);
      expect(walk.reads.length).toBeGreaterThanOrEqual(reads);
      expect(walk.statements).toBeGreaterThanOrEqual(walk.reads.length);
    },
    GROWTH.timeoutMs,
  );
  test(`every list of ${name} is asked for, or said to be bounded by what`, () => {
    const { schema } = graph.subgraph;
    const operations = readsOfSchema(schema, sample).map(({ query }) => query);
    const asked = listsAskedFor(schema, operations);
    const left = [...listsOfSchema(schema)].filter((list) => !asked.has(list));
    expect(left.sort()).toEqual(Object.keys({ ...sample.apart, ...sample.unread }).sort());
  });
  test(
    `no rule by which ${name} forgets what is old looks at what stays`,
    async () => {
      expect(await rulesThatPassOver(graph.databaseUrl, rules, fewStay)).toEqual([]);
    },
    GROWTH.timeoutMs,
  );
  return () => graph;
}
