import type { Erasure } from './erase-person.ts';
import type { SqlExecutor } from './sql-executor.ts';

/** Which rows are a person's: those whose column has their id, or those that belong to such rows. */
export interface PersonalColumn {
  readonly table: string;
  readonly of: string;
  /**
   * For rows that name no person themselves: the column with the id of the row they belong to, and its table;
   * then the same for that row, up to the one that does.
   */
  readonly through?: readonly Belonging[];
  /** A further condition on the row that names the person, in SQL. */
  readonly only?: string;
}

/** The column of the other table that the rows belong to (`id` by default), and a condition on it. */
interface Belonging {
  readonly key: string;
  readonly table: string;
  readonly by?: string;
  readonly only?: string;
}

/**
 * Every column that leads to rows of a person according to the rules of erasure, except those that are left
 * out explicitly: a new column about people is exported unless a reason is given.
 */
export function exportedColumns(erasure: Erasure): PersonalColumn[] {
  const { rules, kept, notExported = {}, belonging = [], exportedWhile = {} } = erasure;
  const named = [
    ...rules.flatMap(({ table, of, through }) => (through ? [] : `${table}.${of}`)),
    // Addresses are not ids.
    ...Object.keys(kept).filter((column) => !column.endsWith('.email')),
    ...(erasure.own ?? []),
  ];
  const columns = [...new Set(named)]
    .filter((column) => !(column in notExported))
    .map((column): PersonalColumn => {
      const [table = '', of = ''] = column.split('.');
      const only = exportedWhile[column];
      return { table, of, ...(only && { only }) };
    });
  for (let owners = columns; owners.length > 0; ) {
    owners = belonging.flatMap(({ table, to, ...by }) =>
      owners
        .filter((owner) => owner.table === to)
        .map(({ through = [], ...owner }): PersonalColumn => {
          return { ...owner, table, through: [{ ...by, table: to }, ...through] };
        }),
    );
    columns.push(...owners);
  }
  return columns;
}

/** Whose rows are read, and from where on. */
export interface WantedRows {
  readonly userId: string;
  /** The key of the last row that was read before; null at the beginning. */
  readonly after: readonly string[] | null;
  /** Columns that are left out, besides those of secrets. */
  readonly withheld: readonly string[];
  /** Columns that are included although their names look like those of secrets. */
  readonly noSecrets?: readonly string[];
}

/** Rows of one part of an export; `next` is where the following part begins, null after the last. */
export interface PersonalRows {
  readonly rows: readonly unknown[];
  readonly next: readonly string[] | null;
}

const AT_ONCE = 100;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * What is never exported, not even to its owner: keys, digests, and columns that only serve searching or
 * processing.
 */
export const SECRET =
  '(hash|digest|secret|salt|token|_key)$|^(key|auth|p256dh|search.*|locked.*|claimed.*)$';

/** Some of a person's rows in the order of their keys, as JSON, without secrets and withheld columns. */
export async function readPersonalRows(
  db: SqlExecutor,
  { table, ...owner }: PersonalColumn,
  { userId, after, withheld, noSecrets = [] }: WantedRows,
): Promise<PersonalRows> {
  const [shape] = await db.$queryRawUnsafe<{ key: string[]; types: string[]; secret: string[] }[]>(
    `SELECT
       ARRAY(SELECT attname::text FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
         WHERE indrelid = $1::regclass AND indisprimary ORDER BY attnum) AS key,
       ARRAY(SELECT format_type(atttypid, atttypmod) FROM pg_index JOIN pg_attribute ON attrelid = indrelid
         AND attnum = ANY(indkey) WHERE indrelid = $1::regclass AND indisprimary ORDER BY attnum) AS types,
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0
         AND (atttypid IN ('bytea'::regtype, 'tsvector'::regtype) OR attname ~ $2)) AS secret`,
    quoted(table),
    SECRET,
  );
  const key = shape?.key ?? [];
  // The key columns unchanged, so that an index provides them in order.
  const order = key.map((column) => `t.${quoted(column)}`).join(', ');
  const place = key.map((column) => `t.${quoted(column)}::text`);
  const isTheirs = `t.${theirs(owner)}`;
  const isBehind = after
    ? `AND (${order}) > (${after.map((_, at) => `$${at + 3}::text::${shape?.types[at]}`).join(', ')})`
    : '';
  const found = await db.$queryRawUnsafe<{ row: unknown; place: string[] }[]>(
    `SELECT to_jsonb(t) - $2::text[] AS row, ARRAY[${place.join(', ')}] AS place
     FROM ${quoted(table)} t WHERE ${isTheirs} ${isBehind}
     ORDER BY ${order} LIMIT ${AT_ONCE}`,
    userId,
    [...(shape?.secret ?? []).filter((column) => !noSecrets.includes(column)), ...withheld],
    ...(after ?? []),
  );
  return {
    rows: found.map(({ row }) => row),
    next: found.length === AT_ONCE ? (found.at(-1)?.place ?? null) : null,
  };
}

/** The condition for the rows of a person, given the name of their table. */
function theirs({ of, only, through = [] }: Omit<PersonalColumn, 'table'>): string {
  const [first, ...further] = through;
  if (!first) return `${quoted(of)} = $1${where(only)}`;
  const { key, table, by = 'id' } = first;
  const owner = theirs({ of, through: further, ...(only && { only }) });
  return `${quoted(key)} IN (SELECT ${quoted(by)} FROM ${quoted(table)} WHERE ${owner}${where(first.only)})`;
}

const where = (only: string | undefined): string => (only ? ` AND (${only})` : '');
