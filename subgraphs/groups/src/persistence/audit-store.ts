import type { Db } from './client.ts';

export interface AuditEntry {
  id: string;
  groupId: string;
  actorId: string;
  action: 'GROUP_UPDATED' | 'ROLE_CHANGED' | 'MEMBER_REMOVED' | 'BANNED' | 'UNBANNED';
  targetId: string | null;
  reason: string | null;
  occurredAt: Date;
}

/** What managers did, written with the deed. */
export interface AuditStore {
  record(entry: AuditEntry): Promise<void>;
}

export const createAuditStore = (db: Db): AuditStore => ({
  record: async (entry) => {
    await db.auditEntry.create({ data: entry });
  },
});
