import { sortKeyOf } from '../domain/search/search-words.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { narrowingKeyOf, SEARCH_VERSION, searchVectorOf, type Weight } from './search-vector.ts';

/** A table that people search: it has the columns `id`, `search` and `search_version`. */
export interface SearchedTable<Row extends { id: string }> {
  readonly table: string;
  /** What to select for a `Row`. */
  readonly columns: string;
  /** The texts that a row is found by, each with the weight of its words. */
  readonly textsOf: (row: Row) => readonly (readonly [text: string | null, weight: Weight])[];
  /**
   * Keys to narrow a search by, such as the id of what a row belongs to: matched by `narrowedQueryOf` only, and by no
   * beginning of a word.
   */
  readonly keysOf?: (row: Row) => readonly string[];
  /**
   * The condition of its index of words, as the index has it, or `true` for an index of all rows: PostgreSQL asks no other.
   * Null where the words by themselves have no index.
   */
  readonly indexed: string | null;
  /** A column with the words of one text in a line, by which lists are sorted alphabetically. */
  readonly sortedBy?: { readonly column: string; readonly textOf: (row: Row) => string };
}

/** The most rows with the words of a search that are read first and put in order afterwards. */
export const FOUND_FIRST = 2_000;

/** The words of a table, as workers keep them current. */
export interface KeptWords extends Pick<SearchedTable<never>, 'table' | 'indexed'> {
  /**
   * Recomputes the words of some rows that an older version of the rules made; returns their number. Rows of
   * a newer version stay, so that workers of two versions do not undo each other's work. Rows that somebody has locked
   * are passed over.
   */
  reindex(limit: number): Promise<number>;
}

/** Keeps the search words of a table; used together with the writes, in their transactions. */
export interface SearchIndex<Row> {
  /** After each insert, and each change of the searched texts. */
  write(rows: readonly Row[]): Promise<void>;
  /** The value for `search` when the row itself is written, with `SEARCH_VERSION` beside it. */
  vectorOf(row: Row): string;
  /**
   * Whether a query in PostgreSQL's notation matches fewer than `few` rows, by default `FOUND_FIRST`: these are found before
   * they are put in order. More are met on a walk in the list's order (`pageOfCommonWords`), as a rule soon.
   */
  matchesFew(words: string | null, few?: number): Promise<boolean>;
  readonly words: KeptWords;
}

/** The search words of a table, made by `searchVectorOf` and never by the database. */
export function createSearchIndex<Row extends { id: string }>(
  db: SqlExecutor,
  { table, columns, textsOf, keysOf, sortedBy, indexed }: SearchedTable<Row>,
): SearchIndex<Row> {
  const key = sortedBy?.column;
  const update = `
    UPDATE ${table} t SET search = made.vector::tsvector, search_version = $1::int
      ${key ? `, ${key} = made.sort_key` : ''}
    FROM unnest($2::text[], $3::text[], $4::text[]) AS made(id, vector, sort_key)
    WHERE t.id = made.id AND (t.search_version <> $1::int
      OR t.search IS DISTINCT FROM made.vector::tsvector
      ${key ? `OR t.${key} IS DISTINCT FROM made.sort_key` : ''})`;
  const vectorOf = (row: Row) =>
    [searchVectorOf(textsOf(row)), ...(keysOf?.(row) ?? []).map(narrowingKeyOf)].join(' ');
  const write = async (rows: readonly Row[]) => {
    await db.$executeRawUnsafe(
      update,
      SEARCH_VERSION,
      rows.map(({ id }) => id),
      rows.map(vectorOf),
      rows.map((row) => (sortedBy ? sortKeyOf(sortedBy.textOf(row)) : '')),
    );
  };
  return {
    write,
    vectorOf,
    matchesFew: async (words, few = FOUND_FIRST) => {
      if (words === null) return true;
      if (indexed === null) throw new Error(`The words of ${table} alone have no index.`);
      // No more are read than that many. As a LIMIT it would be planned by what the planner guesses of the words, and few
      // matches of a word that it does not know looked for in the whole table.
      const beyond = await db.$queryRawUnsafe<unknown[]>(
        `SELECT 1 FROM (
           SELECT row_number() OVER () AS nth FROM ${table}
           WHERE ${indexed} AND search @@ $1::tsquery) found
         WHERE nth = $2::int`,
        words,
        few,
      );
      return beyond.length === 0;
    },
    words: {
      table,
      indexed,
      reindex: async (limit) => {
        const outdated = await db.$queryRawUnsafe<Row[]>(
          `SELECT ${columns} FROM ${table} WHERE search_version < $1::int
           ORDER BY search_version, id LIMIT $2::int FOR UPDATE SKIP LOCKED`,
          SEARCH_VERSION,
          limit,
        );
        if (outdated.length > 0) await write(outdated);
        return outdated.length;
      },
    },
  };
}
