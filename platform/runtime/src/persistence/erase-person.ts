import type { SqlExecutor } from './sql-executor.ts';

/** What becomes of the rows that one column says are a person's. */
export interface ErasureRule {
  readonly table: string;
  /** The column with the person's id. */
  readonly of: string;
  /**
   * Where that column has something else of theirs, such as an address: the copy that says whose it is. Its own rule
   * comes later.
   */
  readonly through?: { readonly table: string; readonly of: string; readonly column: string };
  /** Rows go, or these columns of theirs are written over. */
  readonly rows: 'delete' | Readonly<Record<string, string | null>>;
  /** Of a copy that is kept by sequence: its column, so that no older news brings it back. */
  readonly sequence?: string;
}

/** Why a column with ids stays: an id says nothing of anybody once users has erased its person, and shows as nobody. */
export const ID_ALONE = 'an id alone';

/** All that a subgraph knows of people: what goes when one is erased, and what stays, with the reason. */
export interface Erasure {
  readonly rules: readonly ErasureRule[];
  /** By `table.column`. */
  readonly kept: Readonly<Record<string, string>>;
  /** Columns with the id of the person of a row that is neither erased nor kept by a rule, by `table.column`. */
  readonly own?: readonly string[];
  /** Columns by which no rows are found for an export of what is known of a person, by `table.column`, and why. */
  readonly notExported?: Readonly<Record<string, string>>;
  /** Columns of exported rows that are not given, by `table.column`, and why. */
  readonly withheld?: Readonly<Record<string, string>>;
  /**
   * Tables whose rows belong to exported ones: by `key`, to the `id` (or the column `by`) of another table, which may
   * belong to a third; `only` while this is so of the row of that table.
   */
  readonly belonging?: readonly {
    readonly table: string;
    readonly key: string;
    readonly to: string;
    readonly by?: string;
    readonly only?: string;
  }[];
  /** Columns by which rows are exported only while this is so of them (`$1` is the person), by `table.column`. */
  readonly exportedWhile?: Readonly<Record<string, string>>;
  /** Exported columns that are named as secrets are and hold none, by `table.column`. */
  readonly noSecrets?: readonly string[];
  /** Tables of which no row is in anybody's export, though none of their columns is named above, and why. */
  readonly impersonal?: Readonly<Record<string, string>>;
}

/** Rows in one statement: a transaction has to end in time, however much somebody has left behind. */
const AT_ONCE = 5_000;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Applies a rule to some of a person's rows; false once none is left that it would change. */
export async function eraseSome(
  db: SqlExecutor,
  { table, of, through, rows, sequence }: ErasureRule,
  person: { userId: string; sequence: number },
): Promise<boolean> {
  const where = through
    ? `${quoted(of)} <> '' AND ${quoted(of)} IN (SELECT ${quoted(through.column)} FROM ${quoted(through.table)}
       WHERE ${quoted(through.of)} = $1)`
    : `${quoted(of)} = $1`;
  const some = (condition: string) =>
    `ctid = ANY(ARRAY(SELECT ctid FROM ${quoted(table)} WHERE ${condition} LIMIT ${AT_ONCE}))`;
  if (rows === 'delete') {
    const count = await db.$executeRawUnsafe(
      `DELETE FROM ${quoted(table)} WHERE ${some(where)}`,
      person.userId,
    );
    return count === AT_ONCE;
  }
  const columns = Object.keys(rows);
  const set = columns.map((column, index) => `${quoted(column)} = $${index + 2}`);
  const differs = columns.map(
    (column, index) => `${quoted(column)} IS DISTINCT FROM $${index + 2}`,
  );
  // A number from our own log, and no text of anybody's.
  if (sequence) set.push(`${quoted(sequence)} = ${Math.trunc(person.sequence)}`);
  const count = await db.$executeRawUnsafe(
    `UPDATE ${quoted(table)} SET ${set.join(', ')}
     WHERE ${some(`${where} AND (${differs.join(' OR ')})`)}`,
    person.userId,
    ...Object.values(rows),
  );
  return count === AT_ONCE;
}
