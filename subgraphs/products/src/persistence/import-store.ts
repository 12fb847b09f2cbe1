import { announceLocks } from '@souk/runtime/persistence';
import { type ProductImport as ImportRow, Prisma } from '../__generated__/prisma/client.ts';
import type { ImportRefusal, ImportStatus, ProductImport } from '../domain/product-import.ts';
import type { Db } from './client.ts';

/** An import that a worker has claimed; another may take it over when it makes no progress for a while. */
export interface ClaimedImport extends ProductImport {
  claim: string;
  /** The encrypted link to the file, as it came, for as long as that link is valid. */
  url: string;
}

export interface ImportStore {
  insert(job: ProductImport): Promise<void>;
  findMany(ids: readonly string[]): Promise<ProductImport[]>;
  page(sellerId: string, page: { before: string | null; limit: number }): Promise<ProductImport[]>;
  /** How many imports of a seller are unfinished, up to a maximum. */
  countOpen(sellerId: string, most: number): Promise<number>;
  /** How many a seller has requested since then, up to a maximum. */
  countSince(sellerId: string, since: Date, most: number): Promise<number>;
  /** The oldest on which nobody works. */
  claimNext(claim: string, times: { now: Date; until: Date }): Promise<ClaimedImport | null>;
  /** Whether it still belongs to this worker; nobody else can take it until the transaction ends. */
  hold(job: Pick<ClaimedImport, 'id' | 'claim'>): Promise<boolean>;
  /** Continues a claimed one. */
  advance(
    job: Pick<ClaimedImport, 'id' | 'claim'>,
    step: { totalRows: number; doneRows: number; accepted: number; refused: number; until: Date },
  ): Promise<void>;
  finish(
    job: Pick<ClaimedImport, 'id' | 'claim'>,
    end: { status: ImportStatus; failure: string | null; now: Date },
  ): Promise<boolean>;
  /** Records that the next rows failed; returns how often they have by now. */
  countTry(job: Pick<ClaimedImport, 'id' | 'claim'>): Promise<number>;
  /** Releases it for any worker. */
  postpone(job: Pick<ClaimedImport, 'id' | 'claim'>, until: Date): Promise<void>;
  addRefusals(refusals: readonly ImportRefusal[]): Promise<void>;
  refusalsOf(
    importId: string,
    page: { after: readonly [row: number, position: number] | null; limit: number },
  ): Promise<ImportRefusal[]>;
}

const OPEN = ['QUEUED', 'RUNNING'];

export const createImportStore = (db: Db): ImportStore => ({
  insert: async (job) => {
    await db.productImport.create({ data: { ...job, claim: '', claimedUntil: job.createdAt } });
  },
  findMany: async (ids) =>
    (await db.productImport.findMany({ where: { id: { in: [...ids] } } })).map(importOfRow),
  page: async (sellerId, { before, limit }) => {
    const rows = await db.productImport.findMany({
      where: { sellerId, ...(before === null ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(importOfRow);
  },
  countSince: (sellerId, since, most) =>
    db.productImport.count({ where: { sellerId, createdAt: { gt: since } }, take: most }),
  countOpen: (sellerId, most) =>
    db.productImport.count({ where: { sellerId, status: { in: OPEN } }, take: most }),
  claimNext: async (claim, { now, until }) => {
    const claimed = await db.$queryRaw<{ id: string }[]>`
      UPDATE product_import SET status = 'RUNNING', claim = ${claim}, claimed_until = ${until}
      WHERE id = (
        SELECT id FROM product_import WHERE status IN ('QUEUED', 'RUNNING') AND claimed_until <= ${now}
        ORDER BY claimed_until, id LIMIT 1 FOR UPDATE SKIP LOCKED
      ) RETURNING id`;
    if (!claimed[0]) return null;
    const row = await db.productImport.findUniqueOrThrow({ where: { id: claimed[0].id } });
    const file = await db.ownMedia.findUnique({ where: { mediaId: row.mediaId } });
    return { ...importOfRow(row), claim, url: file?.url ?? '' };
  },
  hold: async ({ id, claim }) => {
    announceLocks(db, id);
    const held = await db.$queryRaw<object[]>`
      SELECT 1 FROM product_import WHERE id = ${id} AND claim = ${claim} AND status = 'RUNNING' FOR UPDATE`;
    return held.length === 1;
  },
  advance: async ({ id, claim }, { totalRows, doneRows, accepted, refused, until }) => {
    await db.productImport.updateMany({
      where: { id, claim },
      data: {
        totalRows,
        doneRows,
        claimedUntil: until,
        tries: 0,
        accepted: { increment: accepted },
        refused: { increment: refused },
      },
    });
  },
  finish: async ({ id, claim }, { status, failure, now }) => {
    const changed = await db.productImport.updateMany({
      where: { id, claim, status: 'RUNNING' },
      data: { status, failure, finishedAt: now },
    });
    return changed.count === 1;
  },
  countTry: async ({ id, claim }) => {
    const [row] = await db.$queryRaw<{ tries: number }[]>`
      UPDATE product_import SET tries = tries + 1 WHERE id = ${id} AND claim = ${claim} RETURNING tries`;
    return row?.tries ?? 0;
  },
  postpone: async ({ id, claim }, until) => {
    await db.productImport.updateMany({ where: { id, claim }, data: { claimedUntil: until } });
  },
  addRefusals: async (refusals) => {
    await db.importRefusal.createMany({ data: [...refusals] });
  },
  refusalsOf: async (importId, { after, limit }) => {
    const from = after
      ? Prisma.sql`AND (row, position) > (${after[0]}::int, ${after[1]}::int)`
      : Prisma.empty;
    return db.$queryRaw<ImportRefusal[]>`
      SELECT import_id AS "importId", row, position, "column", code, message FROM import_refusal
      WHERE import_id = ${importId} ${from} ORDER BY row, position LIMIT ${limit}`;
  },
});

const importOfRow = ({ claim: _, claimedUntil: __, ...row }: ImportRow): ProductImport => ({
  ...row,
  status: row.status as ImportStatus,
});
