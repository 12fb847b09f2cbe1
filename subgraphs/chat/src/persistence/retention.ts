import type { PruneRule } from '@souk/runtime/persistence';

/** How long rows that only grow in number are kept; days count from the given column. */
export const retention: readonly PruneRule[] = [
  // A sent one has become a message, and one that failed may be sent by hand.
  { table: 'scheduled_message', since: 'settled_at', days: 30 },
  { table: 'reminder', since: 'done_at', days: 30 },
];
