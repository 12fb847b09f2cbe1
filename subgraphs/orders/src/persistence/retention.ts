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
  { table: 'guest_access_request', since: 'expires_at', days: 1 },
  { table: 'guest_access', since: 'expires_at', days: 1 },
  { table: 'test_payment', since: 'created_at', days: 90 },
];
