import type pg from 'pg';
import { digestOf } from '../domain/digest.ts';

/** What takes statements: a pool, or the one connection of a transaction. */
export interface TakesStatements {
  query(statement: pg.QueryConfig): Promise<pg.QueryResult>;
}

/** A piece of SQL as Prisma's `sql` makes it: its values stand between its strings, and are no pieces any more. */
export interface SqlPiece {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
  /** Worked out by its class. */
  readonly text: string;
}

/** The statements that Prisma calls raw: what they are asked for is what PostgreSQL is sent. */
export interface SqlStatements {
  $queryRaw(query: TemplateStringsArray | SqlPiece, ...values: unknown[]): Promise<unknown[]>;
  $executeRaw(query: TemplateStringsArray | SqlPiece, ...values: unknown[]): Promise<number>;
  $queryRawUnsafe(text: string, ...values: unknown[]): Promise<unknown[]>;
  $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number>;
}

/**
 * Sends statements by pg alone. Prisma's client takes a raw statement through its query compiler, an interpreter of what that
 * gives, and a form of its own for values and rows; of a statement that is written by hand nothing is gained by that.
 */
export function sqlStatementsOn(
  connection: TakesStatements,
  onStatement?: (text: string) => void,
): SqlStatements {
  const send = (text: string, values: readonly unknown[]) => {
    onStatement?.(text);
    const name = namesOfPrepared.get(text);
    return connection.query({ text, values: values.map(asParameter), ...(name && { name }) });
  };
  const written = async (query: TemplateStringsArray | SqlPiece, values: readonly unknown[]) =>
    isPiece(query) ? send(query.text, query.values) : send(...numbered(query, values));
  return {
    $queryRaw: async (query, ...values) => (await written(query, values)).rows,
    $executeRaw: async (query, ...values) => (await written(query, values)).rowCount ?? 0,
    $queryRawUnsafe: async (text, ...values) => (await send(text, values)).rows,
    $executeRawUnsafe: async (text, ...values) => (await send(text, values)).rowCount ?? 0,
  };
}

/** Takes one statement, which is a transaction by itself; a second one is refused, and undoes nothing. */
export function oneStatementOn(pool: TakesStatements): TakesStatements {
  let isSent = false;
  return {
    query: async (statement) => {
      if (isSent) throw new Error('A transaction of one statement is sent a second one.');
      isSent = true;
      return pool.query(statement);
    },
  };
}

/** Nothing that somebody sends is one, whatever it looks like: what a class works out is no property of its own. */
const isPiece = (value: unknown): value is SqlPiece =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !Object.hasOwn(value, 'text') &&
  typeof (value as SqlPiece).text === 'string';

/** A template's text and values: pieces become part of the text, and every other value a parameter. */
function numbered(
  [first = '', ...strings]: readonly string[],
  values: readonly unknown[],
): [text: string, values: unknown[]] {
  const given: unknown[] = [];
  let text = first;
  const add = (value: unknown) => {
    if (isPiece(value)) {
      const [begin = '', ...rest] = value.strings;
      text += begin;
      for (const [index, string] of rest.entries()) {
        add(value.values[index]);
        text += string;
      }
    } else {
      given.push(value);
      text += `$${given.length}`;
    }
  };
  for (const [index, string] of strings.entries()) {
    add(values[index]);
    text += string;
  }
  return [text, given];
}

/** A time says its zone, whatever that of the process or of the session is. */
const asParameter = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.map(asParameter) : value;
};

const namesOfPrepared = new Map<string, string>();

/**
 * Has each connection prepare a statement once: PostgreSQL reads and plans it no more when it is sent again. For what is
 * asked all the time, and is planned alike whatever its values are; its text must be one of few, and names its columns:
 * PostgreSQL refuses what was prepared before a migration gave it other ones.
 */
export function prepared<Statement extends string | { readonly text: string }>(
  statement: Statement,
): Statement {
  const text = typeof statement === 'string' ? statement : statement.text;
  if (!namesOfPrepared.has(text)) {
    namesOfPrepared.set(text, digestOf(text));
  }
  return statement;
}
