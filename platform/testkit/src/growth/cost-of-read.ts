import type pg from 'pg';
import type { SentStatement } from './record-statements.ts';

/** What reading costs PostgreSQL, and what it is for. */
export interface ReadCost {
  readonly statement: SentStatement;
  /** Pages of memory or disk that it touched. */
  readonly pages: number;
  /** Rows it gave; for a count, what was counted. */
  readonly rows: number;
  readonly isCount: boolean;
  readonly plan: string;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
}

/** Runs a statement once more, and asks PostgreSQL what it did. Nothing is changed by it. */
export async function costOfRead(client: pg.Client, statement: SentStatement): Promise<ReadCost> {
  const { text } = statement;
  const values = [...statement.values];
  await client.query('BEGIN');
  try {
    const explained = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      values,
    );
    const plan = explained.rows[0]?.['QUERY PLAN'][0]?.Plan as PlanNode;
    const isCount = /\bcount\(/i.test(text);
    const rows = isCount
      ? countedIn((await client.query<Record<string, unknown>>(text, values)).rows)
      : (plan['Actual Rows'] ?? 0);
    const pages = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
    return { statement, pages, rows, isCount, plan: outlineOf(plan) };
  } finally {
    await client.query('ROLLBACK');
  }
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
