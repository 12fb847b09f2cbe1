import { Prisma } from '../__generated__/prisma/client.ts';
import { canonicalEmail } from '../domain/email-address.ts';

/** Accounts whose username or display name begins so, or whose address it is; all without a query. */
export function searchCondition(query: string | null): Prisma.Sql {
  const present = Prisma.sql`a.deleted_at IS NULL`;
  if (query === null) return present;
  const beginning = `${query.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return Prisma.sql`${present} AND (
    lower(a.username) LIKE ${beginning}
    OR lower(a.display_name) LIKE ${beginning}
    OR a.email_canonical = ${canonicalEmail(query)}
  )`;
}
