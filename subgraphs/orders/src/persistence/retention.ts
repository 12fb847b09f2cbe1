import type { PruneRule } from '@souk/runtime/persistence';

/** How long what only grows in number is kept; days count from the given column. */
export const retention: readonly PruneRule[] = [
  // A guest who has not come back for a quarter does not remember; what was merged is empty.
  { table: 'cart', since: 'updated_at', days: 90, where: 'owner_id IS NULL', batch: 200 },
  { table: 'guest_access', since: 'expires_at', days: 1 },
  { table: 'test_payment', since: 'created_at', days: 90 },
];
