import { canonicalEmail } from '@souk/runtime/domain';
import { searchQueryOf } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';

/**
 * Accounts that have the words of a query in username or display name, or whose address it is; all without a query. Few are
 * found before they are put in order (OFFSET 0 keeps it so): the planner would walk through all accounts in order, hoping
 * to meet enough of them soon. Words that many have are met so, and are written so that no index finds them.
 */
export function accountsFound(query: string | null, { few }: { few: boolean }): Prisma.Sql {
  if (query === null) return Prisma.sql`SELECT * FROM account a WHERE a.deleted_at IS NULL`;
  // A query without words is NULL to PostgreSQL, and matches nothing.
  const isMeant = Prisma.sql`a.search @@ ${searchQueryOf(query)}::tsquery
    OR a.email_canonical = ${canonicalEmail(query)}`;
  return few
    ? Prisma.sql`SELECT * FROM account a WHERE a.deleted_at IS NULL AND (${isMeant}) OFFSET 0`
    : Prisma.sql`SELECT * FROM account a WHERE a.deleted_at IS NULL AND (${isMeant}) IS TRUE`;
}
