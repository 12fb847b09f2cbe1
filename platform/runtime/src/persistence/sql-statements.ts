import { Sql } from '@prisma/client/runtime/client';
import type pg from 'pg';
import { nameOfPrepared } from './prepared.ts';

/** What takes statements: a pool, or the one connection of a transaction. */
export interface TakesStatements {
  query(statement: pg.QueryConfig): Promise<pg.QueryResult>;
}

/** The statements that Prisma calls raw: what they are asked for is what PostgreSQL is sent. */
export interface SqlStatements {
  $queryRaw(query: TemplateStringsArray | Sql, ...values: unknown[]): Promise<unknown[]>;
  $executeRaw(query: TemplateStringsArray | Sql, ...values: unknown[]): Promise<number>;
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
    const name = nameOfPrepared(text);
    return connection.query({ text, values: values.map(asParameter), ...(name && { name }) });
  };
  const written = async (query: TemplateStringsArray | Sql, values: readonly unknown[]) => {
    const { text, values: given } = query instanceof Sql ? query : new Sql(query, values);
    return send(text, given);
  };
  return {
    $queryRaw: async (query, ...values) => (await written(query, values)).rows,
    $executeRaw: async (query, ...values) => (await written(query, values)).rowCount ?? 0,
    $queryRawUnsafe: async (text, ...values) => (await send(text, values)).rows,
    $executeRawUnsafe: async (text, ...values) => (await send(text, values)).rowCount ?? 0,
  };
}

/** A time says its zone, whatever that of the process or of the session is. */
const asParameter = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.map(asParameter) : value;
};
