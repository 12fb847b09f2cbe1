import type { PruneRule } from '@souk/runtime/persistence';

/** Rows of groups that only grow, and how long they are kept (docs/operations.md, "Data"). */
export const retention: readonly PruneRule[] = [
  { table: 'audit_entry', since: 'occurred_at', days: 730 },
  { table: 'join_request', since: 'decided_at', days: 365 },
  { table: 'invite', since: 'created_at', days: 365, where: "status <> 'PENDING'" },
  { table: 'former_mute', since: 'until', days: 1 },
];
