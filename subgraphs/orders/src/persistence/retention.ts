import { cartStream } from '@souk/runtime/events';
import type { PruneRule } from '@souk/runtime/persistence';

/** How long what only grows in number is kept; days count from the given column. */
export const retention: readonly PruneRule[] = [
  // A guest who has not come back for a quarter does not remember; what was merged is empty.
  // Its stream is nobody's afterwards: its key is never given again, and its events are long out of the log.
  {
    table: 'cart',
    since: 'updated_at',
    days: 90,
    where: 'owner_id IS NULL',
    batch: 200,
    stream: `'${cartStream.prefix}' || key`,
  },
  // What a guest left empty nobody comes back for; where it was merged it still says so for as long as the others.
  {
    ...{ table: 'cart', since: 'updated_at', days: 1, batch: 200 },
    where: `owner_id IS NULL AND merged_into IS NULL
      AND NOT EXISTS (SELECT FROM cart_line l WHERE l.cart_id = cart.id)`,
    stream: `'${cartStream.prefix}' || key`,
  },
  { table: 'followed_cart', since: 'until', days: 1 },
  { table: 'guest_access_request', since: 'expires_at', days: 1 },
  { table: 'guest_access', since: 'expires_at', days: 1 },
  { table: 'test_payment', since: 'created_at', days: 90 },
];
