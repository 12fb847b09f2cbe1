import type pg from 'pg';
import { digestOf } from '../domain/digest.ts';

/** Executes statements: a pool, or the one connection of a transaction. */
export interface TakesStatements {
  query(statement: pg.QueryConfig): Promise<pg.QueryResult>;
}

/**
 * A piece of SQL made by Prisma's `sql`: its values are between its strings and are not pieces themselves.
 */
export interface SqlPiece {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
  /** Computed by its class. */
  readonly text: string;
}

/** The statements that Prisma calls raw: PostgreSQL is sent exactly what they contain. */
export interface SqlStatements {
  $queryRaw(query: TemplateStringsArray | SqlPiece, ...values: unknown[]): Promise<unknown[]>;
  $executeRaw(query: TemplateStringsArray | SqlPiece, ...values: unknown[]): Promise<number>;
  $queryRawUnsafe(text: string, ...values: unknown[]): Promise<unknown[]>;
  $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number>;
}

/**
 * Sends statements by pg alone. Prisma's client passes a raw statement through its query compiler, an
 * interpreter of the result, and its own format for values and rows, none of which helps a hand-written
 * statement.
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

/** Accepts one statement, which is a transaction by itself; a second one is refused, and undoes nothing. */
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

/** User input is never a piece, whatever it looks like: what a class computes is not an own property. */
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

/** A time includes its zone, whatever that of the process or of the session is. */
const asParameter = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.map(asParameter) : value;
};

const namesOfPrepared = new Map<string, string>();

/**
 * Has each connection prepare a statement once, so that PostgreSQL no longer parses and plans it each time.
 * For statements that are sent all the time and whose plan does not depend on their values. There must be few
 * different texts, and they must name their columns: PostgreSQL refuses a prepared statement after a
 * migration changed its result columns.
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
