import { cartStream } from '@souk/runtime/events';
import type { PruneRule } from '@souk/runtime/persistence';

/** How long rows that only grow in number are kept; days count from the given column. */
export const retention: readonly PruneRule[] = [
  // A guest who has not come back for three months does not remember it; a merged one is empty.
  // Its stream is then unused: its key is never used again, and its events have long left the log.
  {
    table: 'cart',
    since: 'updated_at',
    days: 90,
    where: 'owner_id IS NULL',
    batch: 200,
    stream: `'${cartStream.prefix}' || key`,
  },
  // Nobody comes back for an empty guest cart; if it was merged, it keeps pointing to its target as long as
  // the others. It is written when its last line goes, so that it is looked at for two days from then on: those with lines,
  // which stay for three months, are looked at no longer than that.
  {
    ...{ table: 'cart', since: 'updated_at', days: 1, batch: 200 },
    // A line is looked for in each old cart, where NOT EXISTS may be joined with all carts and all lines.
    where: `owner_id IS NULL AND merged_into IS NULL AND updated_at > now() - interval '3 days'
      AND (SELECT l.id FROM cart_line l WHERE l.cart_id = cart.id LIMIT 1) IS NULL`,
    stream: `'${cartStream.prefix}' || key`,
  },
  { table: 'followed_cart', since: 'until', days: 1 },
  { table: 'guest_access_request', since: 'expires_at', days: 1 },
  { table: 'guest_access', since: 'expires_at', days: 1 },
  { table: 'test_payment', since: 'created_at', days: 90 },
];
