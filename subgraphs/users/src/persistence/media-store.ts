import type { Prisma } from '../__generated__/prisma/client.ts';
import type { Media, MediaPurpose } from '../domain/media.ts';

/** What a completed upload turned out to be. */
export type CompletedMedia = Pick<
  Media,
  'contentType' | 'byteSize' | 'width' | 'height' | 'blurhash' | 'variants'
>;

export interface MediaStore {
  findMany(ids: readonly string[]): Promise<Media[]>;
  insert(media: Media): Promise<void>;
  /** What an account keeps or has promised, and how many uploads of it are not completed. */
  usedBy(ownerId: string): Promise<{ bytes: number; pending: number }>;
  /** False when the bytes came before. */
  claimUpload(id: string, at: Date): Promise<boolean>;
  releaseUpload(id: string): Promise<void>;
  /** False when it is pending no more. */
  complete(id: string, media: CompletedMedia): Promise<boolean>;
  reject(id: string, reason: string): Promise<boolean>;
  /** READY files that an account uploaded, in the order of their ids; some at a time. */
  keptBy(ownerId: string, after: string, limit: number): Promise<Media[]>;
  /** Ids of uploads that were begun before and never completed, or were rejected; some at a time. */
  abandonedBefore(moment: Date, limit: number): Promise<string[]>;
  /** Ids of READY files whose original was uploaded before and may still be kept; some at a time. */
  originalsLeft(before: Date, limit: number): Promise<string[]>;
  /** Notes that the original of a READY file is gone. */
  originalRemoved(id: string): Promise<void>;
  /** Nobody sees it any more; false when the account has no such file. */
  withdraw(id: string, ownerId: string, reason: string): Promise<boolean>;
  /** Nobody sees them any more; resolves to their ids. */
  rejectAllOf(ownerId: string, reason: string): Promise<string[]>;
  delete(ids: readonly string[]): Promise<void>;
}

const FIELDS = {
  id: true,
  ownerId: true,
  purpose: true,
  status: true,
  fileName: true,
  contentType: true,
  byteSize: true,
  sha256: true,
  width: true,
  height: true,
  variants: true,
  blurhash: true,
  altText: true,
  rejectionReason: true,
  uploadedAt: true,
  createdAt: true,
} as const satisfies Prisma.MediaSelect;

type Row = Omit<Media, 'status' | 'purpose'> & { status: string; purpose: MediaPurpose };

const mediaOf = (row: Row): Media => ({ ...row, status: row.status as Media['status'] });

export const createMediaStore = (db: Prisma.TransactionClient): MediaStore => ({
  findMany: async (ids) =>
    (await db.media.findMany({ where: { id: { in: [...ids] } }, select: FIELDS })).map(mediaOf),
  insert: async ({ variants, ...media }) => {
    await db.media.create({ data: { ...media, variants: [...variants], storageKey: media.id } });
  },
  usedBy: async (ownerId) => {
    const [row] = await db.$queryRaw<{ bytes: bigint; pending: bigint }[]>`
      SELECT coalesce(sum(byte_size) FILTER (WHERE status <> 'REJECTED'), 0) AS bytes,
        count(*) FILTER (WHERE status = 'PENDING') AS pending
      FROM media WHERE owner_id = ${ownerId} AND purpose <> 'ACCOUNT_EXPORT'`;
    return { bytes: Number(row?.bytes ?? 0), pending: Number(row?.pending ?? 0) };
  },
  keptBy: async (ownerId, after, limit) => {
    const uploaded = {
      ownerId,
      status: 'READY' as const,
      purpose: { not: 'ACCOUNT_EXPORT' as const },
    };
    const rows = await db.media.findMany({
      where: { ...uploaded, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: limit,
      select: FIELDS,
    });
    return rows.map(mediaOf);
  },
  claimUpload: async (id, at) => {
    const claimed = { id, status: 'PENDING' as const, uploadedAt: null };
    return (await db.media.updateMany({ where: claimed, data: { uploadedAt: at } })).count === 1;
  },
  releaseUpload: async (id) => {
    await db.media.updateMany({ where: { id, status: 'PENDING' }, data: { uploadedAt: null } });
  },
  complete: async (id, { variants, ...media }) => {
    const { count } = await db.media.updateMany({
      where: { id, status: 'PENDING' },
      data: { ...media, variants: [...variants], status: 'READY' },
    });
    return count === 1;
  },
  reject: async (id, rejectionReason) => {
    const { count } = await db.media.updateMany({
      where: { id, status: 'PENDING' },
      data: { rejectionReason, status: 'REJECTED' },
    });
    return count === 1;
  },
  withdraw: async (id, ownerId, rejectionReason) => {
    const { count } = await db.media.updateMany({
      where: { id, ownerId },
      data: { rejectionReason, status: 'REJECTED' },
    });
    return count === 1;
  },
  abandonedBefore: async (moment, limit) => {
    const rows = await db.media.findMany({
      where: { status: { in: ['PENDING', 'REJECTED'] }, createdAt: { lt: moment } },
      orderBy: { createdAt: 'asc' },
      take: limit,
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  },
  originalsLeft: async (before, limit) => {
    const rows = await db.media.findMany({
      where: { status: 'READY', uploadedAt: { lt: before } },
      orderBy: { uploadedAt: 'asc' },
      take: limit,
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  },
  originalRemoved: async (id) => {
    await db.media.updateMany({ where: { id, status: 'READY' }, data: { uploadedAt: null } });
  },
  rejectAllOf: async (ownerId, rejectionReason) => {
    const rows = await db.media.updateManyAndReturn({
      where: { ownerId },
      data: { rejectionReason, status: 'REJECTED' },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  },
  delete: async (ids) => {
    await db.media.deleteMany({ where: { id: { in: [...ids] } } });
  },
});
