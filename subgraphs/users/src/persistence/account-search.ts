import { canonicalEmail } from '@souk/runtime/domain';
import type { Page } from '@souk/runtime/graphql';
import { pageOfCommonWords, searchQueryOf } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';

/** Whether an account `f` has the words of a query in username or display name, or the query is its address. */
const isMeant = (query: string): Prisma.Sql =>
  // A query without words is NULL to PostgreSQL, and matches nothing.
  Prisma.sql`f.deleted_at IS NULL AND (f.search @@ ${searchQueryOf(query)}::tsquery
    OR f.email_canonical = ${canonicalEmail(query)})`;

/**
 * Accounts that a query means; all without one. They are found before they are put in order (OFFSET 0 keeps it so): the
 * planner would walk through all accounts in order, hoping to meet enough of them soon.
 */
export const accountsFound = (query: string | null): Prisma.Sql =>
  query === null
    ? Prisma.sql`(SELECT * FROM account a WHERE a.deleted_at IS NULL)`
    : Prisma.sql`(SELECT * FROM account f WHERE ${isMeant(query)} OFFSET 0)`;

/**
 * A page of the accounts that a query means, newest first, and one more than it holds.
 *
 * @param meansFew whether so few have its words that all of them can be read and put in order
 */
export function pageOfAccounts(
  columns: Prisma.Sql,
  query: string | null,
  { limit, from, direction }: Page<string>,
  meansFew: boolean,
): Prisma.Sql {
  const [beyond, order] =
    direction === 'forward'
      ? [Prisma.sql`o.id < ${from}`, Prisma.sql`DESC`]
      : [Prisma.sql`o.id > ${from}`, Prisma.sql`ASC`];
  const isBeyond = from === null ? Prisma.sql`true` : beyond;
  const found =
    query === null || meansFew
      ? accountsFound(query)
      : pageOfCommonWords(Prisma.sql, {
          table: Prisma.sql`account`,
          isListed: Prisma.sql`o.deleted_at IS NULL AND ${isBeyond}`,
          isMeant: isMeant(query),
          limit: limit + 1,
          oldestFirst: direction !== 'forward',
        });
  return Prisma.sql`
    SELECT ${columns} FROM (
      SELECT * FROM ${found} o WHERE ${isBeyond} ORDER BY o.id ${order} LIMIT ${limit + 1}) a
    ORDER BY a.id ${order}`;
}
