import { canonicalEmail } from '@souk/runtime/domain';
import { searchQueryOf } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';

/** Whether an account `f` has the words of a query in username or display name, or the query is its address. */
export const isMeant = (query: string): Prisma.Sql =>
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
