import type { TimelineEntry, TimelineKind } from '../domain/timeline.ts';
import type { Db } from './client.ts';

/** What happened to orders, for people. */
export interface TimelineStore {
  add(entry: TimelineEntry): Promise<void>;
  findMany(ids: readonly string[]): Promise<TimelineEntry[]>;
  /** The oldest first, later than `after`. */
  page(orderId: string, page: { after: string | null; limit: number }): Promise<TimelineEntry[]>;
}

export const createTimelineStore = (db: Db): TimelineStore => ({
  add: async (entry) => {
    await db.timelineEntry.create({ data: entry });
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

const entryOfRow = (row: { kind: string } & Omit<TimelineEntry, 'kind'>): TimelineEntry => ({
  ...row,
  kind: row.kind as TimelineKind,
});
