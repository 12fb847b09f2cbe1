import type { AuditEntry as AuditRow } from '../__generated__/prisma/client.ts';
import type { AuditAction, AuditEntry } from '../domain/audit.ts';
import type { Db } from './client.ts';
import type { ListPage } from './member-lists.ts';

/** What was done in groups, recorded in the transaction that did it. */
export interface AuditStore {
  record(entry: AuditEntry): Promise<void>;
  findMany(ids: readonly string[]): Promise<AuditEntry[]>;
  /** One page for each of these groups, newest first. */
  pages(groupIds: readonly string[], page: ListPage): Promise<AuditEntry[]>;
}

export const createAuditStore = (db: Db): AuditStore => ({
  record: async (entry) => {
    await db.auditEntry.create({ data: entry });
  },
  findMany: async (ids) => {
    const rows = await db.auditEntry.findMany({ where: { id: { in: [...ids] } } });
    return rows.map(entryOfRow);
  },
  pages: async (groupIds, { from, limit }) => {
    const rows = await db.$queryRaw<AuditRow[]>`
      SELECT page.* FROM unnest(${[...groupIds]}::text[]) AS parent(id) CROSS JOIN LATERAL (
        SELECT a.id, a.group_id AS "groupId", a.actor_id AS "actorId", a.action,
          a.target_id AS "targetId", a.reason, a.details, a.occurred_at AS "occurredAt"
        FROM audit_entry a
        WHERE a.group_id = parent.id AND a.id < ${from ?? '~'}
        ORDER BY a.id DESC LIMIT ${limit}
      ) page`;
    return rows.map(entryOfRow);
  },
});

/** Still written by processes of the previous release, which stored the change as the reason. */
const FORMER_ACTION = 'GROUP_UPDATED';

const entryOfRow = (row: AuditRow): AuditEntry =>
  row.action === FORMER_ACTION
    ? { ...row, action: 'UPDATED', reason: null, details: row.reason }
    : { ...row, action: row.action as AuditAction };
