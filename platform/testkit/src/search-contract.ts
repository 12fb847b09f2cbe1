import { openClient } from '@souk/runtime/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedSubgraph } from './start-subgraph.ts';
import { until } from './until.ts';

/**
 * Texts beside each other in one database, and the queries that must find each of them and no other:
 * words beside signs and digits, begun words, accents, case, scripts without spaces.
 */
const TEXTS: readonly (readonly [text: string, queries: readonly string[]])[] = [
  ['A “woven” rug', ['woven', '“woven”', 'WOVEN', 'wov', '!woven', 'rug woven', '(woven) & rug']],
  ['Wool—silk', ['wool', 'silk', 'Wool—silk', 'silk/wool']],
  ['Soft …felt', ['felt', '…felt', 'soft']],
  ['Rose/lilac', ['rose', 'lilac', 'rose/lilac']],
  ['120/80 cm', ['120', '80', '120/80', '80 cm']],
  ['Shop#7«Nook»', ['7', 'nook', 'shop#7', '"nook"']],
  ['100% linen_blue', ['100%', 'linen_blue', 'blue', '%100_linen%']],
  ['Éclair', ['eclair', 'ÉCLAIR', 'E\u0301clair', 'écl']],
  ['Crème brûlée', ['creme brulee', 'BRÛLÉE', 'brulee crème']],
  ['Straße', ['strasse', 'STRASSE', 'straße']],
  ['Smørrebrød', ['smorrebrod', 'SMØRREBRØD']],
  ['Ångström', ['angstrom', 'A\u030angstro\u0308m']],
  ['İnci ışık', ['inci', 'isik', 'IŞIK']],
  ['Ελαία ΟΔΟΣ', ['οδός', 'ελαια']],
  ['Чёрная ЁЛКА', ['елка', 'ёлка', 'черная']],
  ['東京の湯呑み', ['京', '東京', '湯呑み', '東京の湯']],
  ['手作りの陶器', ['陶器', '手作り']],
  ['서울시장', ['서울', '시장', '울시']],
  ['ตลาดน้ำ', ['ตลาด', 'น้ำ']],
  ['مصباح', ['مصباح', 'مِصباح']],
];

/** No query has operators; what is no word parts words, and nothing but that finds nothing. */
const FINDS_NOTHING = [
  ['-zzz', '-woven zzz', '!zzz', 'zzz or woven', 'woven or silk', 'woven | silk', 'zzz*'],
  ['oven', 'ugs', '京東', '…', '""', '-', '--', '*', '%', '%%%%', '_', '____', '🎁', '!!', ':*'],
  ['\\', "'", "' OR true --", "'); DROP TABLE x; --", '<->', '&', '(((('],
].flat();

/** How a subgraph is searched. */
export interface Searchable {
  start(): Promise<StartedSubgraph>;
  /** Adds something that has this text where people search. */
  add(graph: StartedSubgraph, text: string, index: number): Promise<void>;
  /** What a query finds, each by the text that it was added with. */
  find(graph: StartedSubgraph, query: string): Promise<string[]>;
  /** Gives what was added with a text another one, where that can be done. */
  rename?(graph: StartedSubgraph, from: string, to: string): Promise<void>;
  /** The table that is searched. */
  table: string;
}

/** Search by words is the same wherever there is any: one function cuts what is kept and what is asked. */
export function describeSearch({ start, add, find, rename, table }: Searchable) {
  describe('what is searched for', () => {
    let graph: StartedSubgraph;
    beforeAll(async () => {
      graph = await start();
      for (const [index, [text]] of TEXTS.entries()) await add(graph, text, index);
    });
    afterAll(() => graph[Symbol.asyncDispose]());

    test.each(TEXTS.flatMap(([text, queries]) => queries.map((query) => [query, text] as const)))(
      '%s finds %s',
      async (query, text) => {
        expect(await find(graph, query)).toEqual([text]);
      },
    );

    test.each(FINDS_NOTHING)('%s is no operator, and finds nothing', async (query) => {
      expect(await find(graph, query)).toEqual([]);
    });

    if (rename) {
      test('is found by its new words once it has others', async () => {
        await add(graph, 'Oldword', TEXTS.length);
        await rename(graph, 'Oldword', 'Néwword');
        expect(await find(graph, 'oldword')).toEqual([]);
        expect(await find(graph, 'newword')).toEqual(['Néwword']);
      });
    }

    test('is made anew by a worker where an older rule indexed it, and left where a newer did', async () => {
      const client = openClient({ connectionString: graph.databaseUrl });
      await client.connect();
      try {
        await client.query(`UPDATE ${table} SET search = NULL, search_version = 0
          WHERE search @@ '''rug'''::tsquery`);
        await client.query(`UPDATE ${table} SET search = search || '''newer'''::tsvector, search_version = 999
          WHERE search @@ '''silk'''::tsquery`);
      } finally {
        await client.end();
      }
      expect(await find(graph, 'rug')).toEqual([]);
      const worker = graph.subgraph.startWorker();
      try {
        await until(async () => (await find(graph, 'rug')).length === 1);
      } finally {
        await worker.close();
      }
      expect(await find(graph, 'newer')).toEqual(['Wool—silk']);
    });
  });
}
