import type { PruneRule } from '@souk/runtime/persistence';

/** How long what only grows in number is kept; days count from the given column. */
export const retention: readonly PruneRule[] = [
  // So long after their end, a late replay of a stolen token is still recognised. Each takes its
  // refresh tokens along, so few go at a time.
  { table: 'session', since: 'expires_at', days: 30, batch: 20 },
  { table: 'session', since: 'ended_at', days: 30, batch: 20 },
  { table: 'api_key', since: 'revoked_at', days: 90 },
  { table: 'api_key', since: 'expires_at', days: 90 },
  { table: 'challenge', since: 'expires_at', days: 1 },
  { table: 'account_export', since: 'finished_at', days: 90 },
  { table: 'retired_name', since: 'until', days: 0 },
];
