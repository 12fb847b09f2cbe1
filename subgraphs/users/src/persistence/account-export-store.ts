import type { Page } from '@souk/runtime/graphql';
import type { Prisma } from '../__generated__/prisma/client.ts';
import type { AccountExport, ExportStatus } from '../domain/account-export.ts';

/** One sealed answer of a subgraph. */
export interface SealedPart {
  readonly subgraph: string;
  readonly part: number;
  readonly isLast: boolean;
  readonly sealed: string;
}

export interface AccountExportStore {
  insert(of: AccountExport, privateKey: Uint8Array<ArrayBuffer>): Promise<void>;
  lastOf(accountId: string): Promise<AccountExport | null>;
  /** Newest first; one more than the page holds. */
  pageOf(accountId: string, page: Page<string>): Promise<AccountExport[]>;
  /** Only those of this account. */
  findManyOf(accountId: string, ids: readonly string[]): Promise<AccountExport[]>;
  /** Keeps a part of one that is under way; one that is there already stays. */
  keep(id: string, part: SealedPart): Promise<void>;
  /** Under way, those of which the last part of every subgraph is there, or that began before; the oldest first. */
  due(subgraphs: number, before: Date, limit: number): Promise<AccountExport[]>;
  /** How many subgraphs have answered all. */
  answersTo(id: string): Promise<number>;
  /** What opens its parts; null when it is no longer under way. */
  keyOf(id: string): Promise<Uint8Array | null>;
  /** Of each subgraph that has answered all, the number of its last part. */
  lastParts(id: string): Promise<readonly { subgraph: string; part: number }[]>;
  /** One part; null where a subgraph left a number out. */
  sealed(id: string, subgraph: string, part: number): Promise<string | null>;
  /** Ends one that is under way, and forgets its key and parts; false when it was ended before. */
  finish(
    id: string,
    end: Pick<AccountExport, 'status' | 'mediaId' | 'failure' | 'finishedAt' | 'expiresAt'>,
  ): Promise<boolean>;
  /** Files whose time is over. */
  expiredFiles(now: Date, limit: number): Promise<{ id: string; mediaId: string }[]>;
  forgetFile(id: string): Promise<void>;
}

const FIELDS = {
  id: true,
  accountId: true,
  status: true,
  mediaId: true,
  failure: true,
  createdAt: true,
  finishedAt: true,
  expiresAt: true,
} as const satisfies Prisma.AccountExportSelect;

type Row = Omit<AccountExport, 'status'> & { status: string };
const exportOf = (row: Row): AccountExport => ({ ...row, status: row.status as ExportStatus });

export const createAccountExportStore = (db: Prisma.TransactionClient): AccountExportStore => ({
  insert: async (of, privateKey) => {
    await db.accountExport.create({ data: { ...of, privateKey } });
  },
  lastOf: async (accountId) => {
    const row = await db.accountExport.findFirst({
      where: { accountId },
      orderBy: { id: 'desc' },
      select: FIELDS,
    });
    return row && exportOf(row);
  },
  pageOf: async (accountId, { from, limit }) =>
    (
      await db.accountExport.findMany({
        where: { accountId, ...(from === null ? {} : { id: { lt: from } }) },
        orderBy: { id: 'desc' },
        take: limit + 1,
        select: FIELDS,
      })
    ).map(exportOf),
  findManyOf: async (accountId, ids) =>
    (
      await db.accountExport.findMany({
        where: { accountId, id: { in: [...ids] } },
        select: FIELDS,
      })
    ).map(exportOf),
  keep: async (exportId, part) => {
    // None after it was ended: the row is looked at as long as the part is written.
    await db.$executeRaw`
      INSERT INTO account_export_part (export_id, subgraph, part, is_last, sealed)
      SELECT id, ${part.subgraph}, ${part.part}, ${part.isLast}, ${part.sealed}
      FROM account_export WHERE id = ${exportId} AND status = 'RUNNING' FOR SHARE
      ON CONFLICT DO NOTHING`;
  },
  due: async (subgraphs, before, limit) => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT id FROM account_export e WHERE status = 'RUNNING' AND (created_at < ${before} OR
        (SELECT count(*) FROM account_export_part p WHERE p.export_id = e.id AND is_last) >= ${subgraphs})
      ORDER BY created_at LIMIT ${limit}`;
    const ids = rows.map(({ id }) => id);
    const found = { where: { id: { in: ids } }, select: FIELDS };
    return (await db.accountExport.findMany(found)).map(exportOf);
  },
  answersTo: (exportId) => db.accountExportPart.count({ where: { exportId, isLast: true } }),
  keyOf: async (id) =>
    (
      await db.accountExport.findUnique({
        where: { id, status: 'RUNNING' },
        select: { privateKey: true },
      })
    )?.privateKey ?? null,
  lastParts: (exportId) =>
    db.accountExportPart.findMany({
      where: { exportId, isLast: true },
      select: { subgraph: true, part: true },
    }),
  sealed: async (exportId, subgraph, part) =>
    (
      await db.accountExportPart.findUnique({
        where: { exportId_subgraph_part: { exportId, subgraph, part } },
        select: { sealed: true },
      })
    )?.sealed ?? null,
  finish: async (id, end) => {
    const { count } = await db.accountExport.updateMany({
      where: { id, status: 'RUNNING' },
      data: { ...end, privateKey: null },
    });
    if (count === 1) await db.accountExportPart.deleteMany({ where: { exportId: id } });
    return count === 1;
  },
  expiredFiles: async (now, limit) =>
    (await db.accountExport.findMany({
      where: { expiresAt: { lt: now }, mediaId: { not: null } },
      orderBy: { expiresAt: 'asc' },
      take: limit,
      select: { id: true, mediaId: true },
    })) as { id: string; mediaId: string }[],
  forgetFile: async (id) => {
    await db.accountExport.update({ where: { id }, data: { mediaId: null } });
  },
});
