import type { AuditEntry } from '../domain/audit.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';

/** An entry as its writer gives it; missing fields are null. */
export type NewAuditEntry = Pick<AuditEntry, 'groupId' | 'actorId' | 'action'> &
  Partial<Pick<AuditEntry, 'targetId' | 'reason' | 'details'>>;

/** Records who did what, in the transaction that does it. */
export const writeAudit = (
  { newId, clock }: Pick<GroupsDeps, 'newId' | 'clock'>,
  { audit }: Pick<Stores, 'audit'>,
  entry: NewAuditEntry,
): Promise<void> =>
  audit.record({
    targetId: null,
    reason: null,
    details: null,
    ...entry,
    id: newId('aud'),
    occurredAt: clock(),
  });
