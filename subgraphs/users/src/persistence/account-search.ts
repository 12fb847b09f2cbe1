import { beginningWith } from '@souk/runtime';
import { canonicalEmail } from '@souk/runtime/domain';
import { Prisma } from '../__generated__/prisma/client.ts';

/** Accounts whose username or display name begins so, or whose address it is; all without a query. */
export function searchCondition(query: string | null): Prisma.Sql {
  const present = Prisma.sql`a.deleted_at IS NULL`;
  if (query === null) return present;
  const beginning = beginningWith(query.toLowerCase());
  return Prisma.sql`${present} AND (
    lower(a.username) LIKE ${beginning}
    OR lower(a.display_name) LIKE ${beginning}
    OR a.email_canonical = ${canonicalEmail(query)}
  )`;
}
