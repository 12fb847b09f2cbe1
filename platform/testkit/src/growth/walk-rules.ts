import { databasePool, type PruneRule, pruneRows } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { costOfRead } from './cost-of-read.ts';
import { recordStatements } from './record-statements.ts';

/** Rows that stay and that a rule may look at each time, besides those that it deletes. */
const PASSED_OVER = 100;

/**
 * Applies rules that delete what is old, and asks PostgreSQL how many rows each looked at: what is old and stays becomes more
 * with the years.
 *
 * @returns in words, what looks at more than it deletes
 */
export async function rulesThatPassOver(
  databaseUrl: string,
  rules: readonly PruneRule[],
): Promise<string[]> {
  const client = openClient(databasePool(databaseUrl));
  await client.connect();
  const db = {
    $queryRawUnsafe: async (text: string, ...values: unknown[]) =>
      (await client.query(text, values)).rows,
    $executeRawUnsafe: async (text: string, ...values: unknown[]) =>
      (await client.query(text, values)).rowCount ?? 0,
  };
  const wrong: string[] = [];
  try {
    for (const rule of rules) {
      // Once for what is due by now: what it looks at when there is nothing more it looks at every time.
      await pruneRows(db as never, rule);
      const [statement] = await recordStatements(() => pruneRows(db as never, rule));
      if (!statement) throw new Error(`The rule of ${rule.table} asked for nothing.`);
      const { looked, plan } = await costOfRead(client, statement);
      if (looked > PASSED_OVER)
        wrong.push(`${rule.table} by ${rule.since}: ${looked} rows\n${plan}`);
    }
  } finally {
    await client.end();
  }
  return wrong;
}
