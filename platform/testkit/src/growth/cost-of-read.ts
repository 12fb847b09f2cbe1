import type pg from 'pg';
import type { SentStatement } from './record-statements.ts';

/** What a read costs PostgreSQL, and what it is for. */
export interface ReadCost {
  readonly statement: SentStatement;
  /** Pages of memory or disk that it touched, but those of an index of words. */
  readonly pages: number;
  /** Rows of tables and entries of indexes that it looked at, those that did not match among them. */
  readonly looked: number;
  /**
   * Rows that it fetched from tables one by one, where it did not read an index alone or a table page by page; those that a
   * search found are none of them.
   */
  readonly fetched: number;
  /** Rows it gave; for a count, what was counted. */
  readonly rows: number;
  readonly isCount: boolean;
  /** Rows that a search by words found; each is looked at before they are put in order. */
  readonly found: number;
  /** Values in the lists that it is given, each of which is looked for, whether or not there is anything. */
  readonly values: number;
  readonly plan: string;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Function Name'?: string;
  'CTE Name'?: string;
  'Parent Relationship'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Heap Fetches'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
}

const EXPLAIN = 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)';

/**
 * Runs a statement once more, and asks PostgreSQL what it did. Nothing is changed by it. One that is prepared is run by the
 * plan that PostgreSQL may keep for all values, which knows none of them.
 */
export async function costOfRead(client: pg.Client, statement: SentStatement): Promise<ReadCost> {
  const { text, name } = statement;
  const values = [...statement.values];
  await client.query('BEGIN');
  try {
    const explained = await (name
      ? explainPrepared(client, statement)
      : client.query(`${EXPLAIN} ${text}`, values));
    const { Plan: plan, JIT: compiled } = explained.rows[0]?.['QUERY PLAN'][0] ?? {};
    if (compiled)
      throw new Error(`PostgreSQL compiles what it runs once, for most of a second: ${text}`);
    const isCount = /\bcount\(/i.test(text);
    const rows = isCount
      ? countedIn((await client.query<Record<string, unknown>>(text, values)).rows)
      : (plan['Actual Rows'] ?? 0);
    const search = searchIn(plan);
    const pages = pagesOf(plan) - search.pages;
    const { found } = search;
    return {
      ...{ statement, pages, rows, isCount, found, plan: outlineOf(plan) },
      ...{ looked: lookedAt(plan), fetched: fetchedBy(plan) - found, values: valuesIn(plan) },
    };
  } finally {
    await client.query('ROLLBACK');
  }
}

async function explainPrepared(client: pg.Client, { text, values }: SentStatement) {
  await client.query('SET LOCAL plan_cache_mode = force_generic_plan');
  await client.query(`PREPARE looked_at AS ${text}`);
  try {
    const given = values.map((value) => literalOf(client, value)).join(', ');
    return await client.query(`${EXPLAIN} EXECUTE looked_at${given && `(${given})`}`);
  } finally {
    await client.query('DEALLOCATE looked_at');
  }
}

function literalOf(client: pg.Client, value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (!Array.isArray(value)) return client.escapeLiteral(String(value));
  const items = value.map((item) =>
    item === null ? 'NULL' : `"${String(item).replace(/[\\"]/g, '\\$&')}"`,
  );
  return client.escapeLiteral(`{${items.join(',')}}`);
}

const pagesOf = (node: PlanNode): number =>
  (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);

const lookedAt = (node: PlanNode): number => sumOver(node, lookedAtBy);

const fetchedBy = (node: PlanNode): number =>
  sumOver(node, (one) => {
    if (one['Node Type'] === 'Seq Scan') return 0;
    // For a scan of an index alone, this is counted over all loops.
    return one['Heap Fetches'] ?? lookedAtBy(one);
  });

/** What lists are read by; other functions read tables. */
const LISTS = /^(unnest|generate_series|jsonb_(to_recordset|array_elements(_text)?))$/;

/**
 * The length of the lists that a statement is given. What is read anew for each row of a table is a list of that row (or of
 * what was read already), and counts as long as one of them is: else a statement that goes through a whole table by a list in
 * each row would have been given as many values as that takes.
 */
const valuesIn = (node: PlanNode, isOfRows = false): number => {
  const parts = node.Plans ?? [];
  // Lists that are read side by side have no name of their own.
  const isList =
    node['Node Type'] === 'Function Scan' && LISTS.test(node['Function Name'] ?? 'unnest');
  const own = isList ? (isOfRows ? (node['Actual Rows'] ?? 0) : givenBy(node)) : 0;
  return parts.reduce((sum, part) => {
    const relation = part['Parent Relationship'];
    const before = relation === 'Inner' ? parts.filter((one) => one !== part) : [];
    const isPerRow = relation === 'SubPlan' ? readsRows(node) : before.some(readsRows);
    return sum + valuesIn(part, isOfRows || isPerRow);
  }, own);
};

/** Whether rows of tables come from it. */
const readsRows = (node: PlanNode): boolean =>
  node['Relation Name'] !== undefined ||
  node['CTE Name'] !== undefined ||
  (node.Plans ?? []).some(readsRows);

const sumOver = (node: PlanNode, each: (node: PlanNode) => number): number =>
  (node.Plans ?? []).reduce((sum, part) => sum + sumOver(part, each), each(node));

const lookedAtBy = (node: PlanNode): number =>
  node['Relation Name'] === undefined ? 0 : rowsOf(node);

const givenBy = (node: PlanNode): number =>
  (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 1);

function rowsOf(node: PlanNode): number {
  const removed =
    (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return givenBy(node) + removed * (node['Actual Loops'] ?? 1);
}

/**
 * What searches by words found, and the pages of their indexes: one for each thousand rows that have
 * a word, whatever else is asked for.
 */
function searchIn(node: PlanNode): { found: number; pages: number } {
  if (/search/.test(node['Index Name'] ?? '')) return { found: 0, pages: pagesOf(node) };
  const parts = (node.Plans ?? []).map(searchIn);
  const found = parts.reduce((sum, part) => sum + part.found, 0);
  const pages = parts.reduce((sum, part) => sum + part.pages, 0);
  const isHeapOfSearch = node['Node Type'] === 'Bitmap Heap Scan' && pages > 0;
  return {
    found: isHeapOfSearch ? (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 1) : found,
    pages,
  };
}

const countedIn = (rows: readonly Record<string, unknown>[]): number =>
  rows
    .flatMap((row) => Object.values(row))
    .reduce<number>((sum, value) => sum + (/^\d+$/.test(String(value)) ? Number(value) : 0), 0);

function outlineOf(node: PlanNode, depth = 0): string {
  const of = [node['Relation Name'], node['Index Name']].filter(Boolean).join(' by ');
  const own = `${'  '.repeat(depth)}${node['Node Type']} ${of} (${node['Actual Rows']} rows)`;
  return [own, ...(node.Plans ?? []).map((plan) => outlineOf(plan, depth + 1))].join('\n');
}
