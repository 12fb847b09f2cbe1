import type { AuditEntry } from '../domain/audit.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';

/** What is said of a deed; what is left out is not so. */
export type Deed = Pick<AuditEntry, 'groupId' | 'actorId' | 'action'> &
  Partial<Pick<AuditEntry, 'targetId' | 'reason' | 'details'>>;

/** Writes down who did what, in the transaction that does it. */
export const writeAudit = (
  { newId, clock }: Pick<GroupsDeps, 'newId' | 'clock'>,
  { audit }: Pick<Stores, 'audit'>,
  deed: Deed,
): Promise<void> =>
  audit.record({
    targetId: null,
    reason: null,
    details: null,
    ...deed,
    id: newId('aud'),
    occurredAt: clock(),
  });
