import type { PruneRule } from '@souk/runtime/persistence';

/** How long what only grows in number is kept; days count from the given column. */
export const retention: readonly PruneRule[] = [
  // What was sent is in its message, and what was not may be sent by hand.
  { table: 'scheduled_message', since: 'settled_at', days: 30 },
  { table: 'reminder', since: 'done_at', days: 30 },
];
