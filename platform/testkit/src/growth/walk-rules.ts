import { databasePool, type PruneRule, pruneRows } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';
import { costOfRead } from './cost-of-read.ts';
import { recordStatements, type SentStatement } from './record-statements.ts';

/** Rows that stay and that a rule may look at each time, besides those that it deletes. */
const PASSED_OVER = 100;

/** Rows that a rule may look at for each that it finds: that row, and what says whether it goes. */
const LOOKED_PER_ROW = 10;

/**
 * Applies rules that delete what is old, and asks PostgreSQL how many rows each looked at: what is old and stays becomes more
 * with the years. A rule that keeps some of what is old must find more of that than it may look at, or the test could not
 * fail for it.
 *
 * @param fewStay rules, by their table, of which only few old rows ever stay, with the reason
 * @returns in words, what looks at more than it deletes
 */
export async function rulesThatPassOver(
  databaseUrl: string,
  rules: readonly PruneRule[],
  fewStay: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const client = openClient(databasePool(databaseUrl));
  await client.connect();
  const db = {
    $queryRawUnsafe: async (text: string, ...values: unknown[]) =>
      (await client.query(text, values)).rows,
    $executeRawUnsafe: async (text: string, ...values: unknown[]) =>
      (await client.query(text, values)).rowCount ?? 0,
  };
  const keeping = new Set(rules.filter(({ where }) => where).map(({ table }) => table));
  const wrong = Object.keys(fewStay)
    .filter((table) => !keeping.has(table))
    .map((table) => `${table}: no rule keeps anything old of it`);
  try {
    for (const rule of rules) {
      const name = `${rule.table} by ${rule.since}`;
      if (rule.where && !(rule.table in fewStay)) {
        const stay = await countOfOldThatStay(client, rule);
        if (stay <= PASSED_OVER) wrong.push(`${name}: only ${stay} old rows that stay`);
      }
      // For each that it finds, it may not look through another table.
      const first = await costOfRead(client, await firstOf(rule));
      const most = PASSED_OVER + LOOKED_PER_ROW * first.rows;
      if (first.looked > most)
        wrong.push(`${name}: ${first.looked} rows for ${first.rows}\n${first.plan}`);
      // Once for what is due by now: what it looks at when there is nothing more it looks at every time.
      await pruneRows(db as never, rule);
      const [statement] = await recordStatements(() => pruneRows(db as never, rule));
      if (!statement) throw new Error(`The rule of ${rule.table} asked for nothing.`);
      const { looked, plan } = await costOfRead(client, statement);
      if (looked > PASSED_OVER) wrong.push(`${name}: ${looked} rows\n${plan}`);
    }
  } finally {
    await client.end();
  }
  return wrong;
}

/** What a rule sends for its first batch. */
async function firstOf(rule: PruneRule): Promise<SentStatement> {
  const sent: SentStatement[] = [];
  const db = {
    $queryRawUnsafe: async (text: string, ...values: unknown[]) => {
      sent.push({ text, values });
      return [];
    },
  };
  await pruneRows(db as never, rule);
  const [statement] = sent;
  if (!statement) throw new Error(`The rule of ${rule.table} asked for nothing.`);
  return statement;
}

async function countOfOldThatStay(
  client: pg.Client,
  { table, since, days, where }: PruneRule,
): Promise<number> {
  const { rows } = await client.query<{ stay: number }>(
    `SELECT count(*)::int AS stay FROM (
       SELECT 1 FROM ${table} WHERE ${since} < now() - make_interval(days => $1::int)
         AND (${where}) IS NOT TRUE LIMIT ${PASSED_OVER + 1}) old`,
    [days],
  );
  return rows[0]?.stay ?? 0;
}
