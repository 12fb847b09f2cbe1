import { Prisma } from '../__generated__/prisma/client.ts';

/**
 * Whether a column has one of some values. Where there is but one, an index that has it before what a list is ordered by is
 * walked in that order, which PostgreSQL does for no array.
 */
export const isOneOf = (column: Prisma.Sql, values: readonly string[]): Prisma.Sql =>
  values.length === 1
    ? Prisma.sql`${column} = ${values[0]}`
    : Prisma.sql`${column} = ANY(${[...values]})`;
