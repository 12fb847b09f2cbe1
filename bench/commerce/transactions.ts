import { randomBytes, randomUUID } from 'node:crypto';

/** A statement as a connection sent it. */
export interface Statement {
  readonly connection: number;
  readonly database: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What one connection sent from BEGIN to COMMIT, or a statement by itself. */
export interface Transaction {
  readonly database: string;
  readonly statements: readonly Pick<Statement, 'text' | 'values'>[];
}

/** Ids of ours, UUIDs, and numbers of orders: what is made anew for each order. */
const MADE =
  /[a-z]{3,4}_[0-7][0-9a-hjkmnp-tv-z]{25}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b/gi;

const namesIn = (statements: readonly Statement[]): Set<string> =>
  new Set(JSON.stringify(statements.map(({ values }) => values)).match(MADE) ?? []);

/** The transactions of a recording, in the order in which they ended. */
function transactionsOf(statements: readonly Statement[]): Transaction[] {
  const open = new Map<number, Statement[]>();
  const all: Transaction[] = [];
  for (const statement of statements) {
    const { connection, database, text } = statement;
    const begun = open.get(connection);
    if (/^BEGIN/i.test(text)) open.set(connection, []);
    else if (/^(COMMIT|ROLLBACK)/i.test(text)) {
      if (begun && /^COMMIT/i.test(text)) all.push({ database, statements: begun });
      open.delete(connection);
    } else if (begun) begun.push(statement);
    else all.push({ database, statements: [statement] });
  }
  return all;
}

/** An order for which all statements to the databases are known. */
export interface RecordedOrder {
  readonly transactions: readonly Transaction[];
  /** The values that were created for this order only. */
  readonly made: ReadonlySet<string>;
}

/**
 * What belongs to the second of two recorded orders: of the names in it, those that the first did not have are
 * its own; a transaction without any of them is somebody looking for work.
 */
export function secondOf(first: readonly Statement[], second: readonly Statement[]): RecordedOrder {
  const before = namesIn(first);
  const made = new Set([...namesIn(second)].filter((name) => !before.has(name)));
  const isOfIt = ({ statements }: Transaction) =>
    [...namesIn(statements as Statement[])].some((name) => made.has(name));
  return { transactions: transactionsOf(second).filter(isOfIt), made };
}

/** The same order again, with new values in place of everything that is created for one order. */
export function anotherOf({ transactions, made }: RecordedOrder): Transaction[] {
  const names = new Map([...made].map((name) => [name, anotherName(name)]));
  const renamed = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(MADE, (name) => names.get(name) ?? name);
    return Array.isArray(value) ? value.map(renamed) : value;
  };
  return transactions.map(({ database, statements }) => ({
    database,
    statements: statements.map(({ text, values }) => ({ text, values: values.map(renamed) })),
  }));
}

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const random = (length: number) =>
  [...randomBytes(length)].map((byte) => DIGITS[byte % DIGITS.length]).join('');

/** Of an id the beginning stays, which is the time: rows come to lie as they do when they are new. */
function anotherName(name: string): string {
  const at = name.indexOf('_');
  if (at > 0) return `${name.slice(0, at + 11)}${random(16)}`;
  return name.length === 36 ? randomUUID() : `${random(5)}-${random(5)}`.toUpperCase();
}
