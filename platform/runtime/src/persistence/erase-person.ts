import type { SqlExecutor } from './sql-executor.ts';

/** What happens to the rows that one column assigns to a person. */
export interface ErasureRule {
  readonly table: string;
  /** The column with the person's id. */
  readonly of: string;
  /**
   * When that column contains something else of theirs, such as an address: the table that says whose it is.
   * The rule of that table itself comes later.
   */
  readonly through?: { readonly table: string; readonly of: string; readonly column: string };
  /** Rows are deleted, or these columns of theirs are overwritten. */
  readonly rows: 'delete' | Readonly<Record<string, string | null>>;
  /** For a copy that is kept by sequence: its column, so that older news do not restore it. */
  readonly sequence?: string;
}

/**
 * Why a column with ids stays: once users has erased a person, their id says nothing and is shown as nobody.
 */
export const ID_ALONE = 'an id alone';

/**
 * Everything a subgraph knows of people: what is deleted when one is erased, and what stays, with the reason.
 */
export interface Erasure {
  readonly rules: readonly ErasureRule[];
  /** By `table.column`. */
  readonly kept: Readonly<Record<string, string>>;
  /** Columns with the id of the person of a row that no rule erases or keeps, by `table.column`. */
  readonly own?: readonly string[];
  /** Columns that are not used to find rows for a personal data export, by `table.column`, and why. */
  readonly notExported?: Readonly<Record<string, string>>;
  /** Columns of exported rows that are left out, by `table.column`, and why. */
  readonly withheld?: Readonly<Record<string, string>>;
  /**
   * Tables whose rows belong to exported ones: by `key`, to the `id` (or the column `by`) of another table,
   * which may belong to a third; `only` if this condition holds for the row of that table.
   */
  readonly belonging?: readonly {
    readonly table: string;
    readonly key: string;
    readonly to: string;
    readonly by?: string;
    readonly only?: string;
  }[];
  /** Columns whose rows are exported only if this condition holds (`$1` is the person), by `table.column`. */
  readonly exportedWhile?: Readonly<Record<string, string>>;
  /** Exported columns whose names look like those of secrets but that contain none, by `table.column`. */
  readonly noSecrets?: readonly string[];
  /** Tables that are in nobody's export, though none of their columns is named above, and why. */
  readonly impersonal?: Readonly<Record<string, string>>;
}

/** Rows in one statement: a transaction has to end in time, however many rows somebody has. */
const AT_ONCE = 5_000;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Applies a rule to some of a person's rows; false once there is none left to change. */
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
  // A number from our own log, not user input.
  if (sequence) set.push(`${quoted(sequence)} = ${Math.trunc(person.sequence)}`);
  const count = await db.$executeRawUnsafe(
    `UPDATE ${quoted(table)} SET ${set.join(', ')}
     WHERE ${some(`${where} AND (${differs.join(' OR ')})`)}`,
    person.userId,
    ...Object.values(rows),
  );
  return count === AT_ONCE;
}
