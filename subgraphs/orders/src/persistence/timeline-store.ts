import type { Prisma, TimelineEntry as TimelineRow } from '../__generated__/prisma/client.ts';
import {
  type TimelineDetails,
  type TimelineEntry,
  type TimelineKind,
  wordsOf,
} from '../domain/timeline.ts';
import type { Db } from './client.ts';

/** What happened to orders, for people to read. */
export interface TimelineStore {
  add(entry: TimelineEntry): Promise<void>;
  findMany(ids: readonly string[]): Promise<TimelineEntry[]>;
  /** The oldest first, later than `after`. */
  page(orderId: string, page: { after: string | null; limit: number }): Promise<TimelineEntry[]>;
}

export const createTimelineStore = (db: Db): TimelineStore => ({
  add: async (entry) => {
    const details = entry.details as Prisma.InputJsonObject;
    await db.timelineEntry.create({ data: { ...entry, details, text: wordsOf(entry) } });
  },
  findMany: async (ids) =>
    (await db.timelineEntry.findMany({ where: { id: { in: [...ids] } } })).map(entryOfRow),
  page: async (orderId, { after, limit }) => {
    const rows = await db.timelineEntry.findMany({
      where: { orderId, ...(after === null ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take: limit,
    });
    return rows.map(entryOfRow);
  },
});

const entryOfRow = ({ text: _, ...row }: TimelineRow): TimelineEntry => ({
  ...row,
  kind: row.kind as TimelineKind,
  details: row.details as TimelineDetails,
});
