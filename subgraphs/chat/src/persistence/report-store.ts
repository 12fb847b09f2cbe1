import type { Page } from '@souk/runtime/graphql';
import { announceLocks } from '@souk/runtime/persistence';
import type { Report, ReportStatus } from '../domain/report.ts';
import type { Db } from './client.ts';

/** Whose reports, or of which room; a missing condition matches all. */
export interface ReportsOf {
  roomId?: string;
  status?: ReportStatus;
  /** Those that somebody made, and those decided against them. */
  concerning?: string;
  /** Leaves out reports about this person's own messages: nobody moderates themselves. */
  notAbout?: string;
}

export interface ReportStore {
  /** False when this person has reported the message before. */
  add(report: Report): Promise<boolean>;
  find(id: string): Promise<Report | null>;
  findMany(ids: readonly string[]): Promise<Report[]>;
  byReporter(messageId: string, reporterId: string): Promise<Report | null>;
  /** As it is now, locked until the transaction ends. */
  lock(id: string): Promise<Report | null>;
  change(report: Report): Promise<void>;
  /** Newest first, with one more than wanted if there are more. */
  page(of: ReportsOf, page: Page<string>): Promise<Report[]>;
  count(of: ReportsOf): Promise<number>;
}

export const createReportStore = (db: Db): ReportStore => {
  const find: ReportStore['find'] = async (id) =>
    (await db.report.findUnique({ where: { id } })) as Report | null;
  return {
    find,
    findMany: async (ids) =>
      (await db.report.findMany({ where: { id: { in: [...ids] } } })) as Report[],
    add: async (report) => {
      const { count } = await db.report.createMany({ data: [report], skipDuplicates: true });
      return count === 1;
    },
    byReporter: async (messageId, reporterId) =>
      (await db.report.findUnique({
        where: { messageId_reporterId: { messageId, reporterId } },
      })) as Report | null,
    lock: async (id) => {
      announceLocks(db, id);
      await db.$queryRaw`SELECT 1 FROM report WHERE id = ${id} FOR NO KEY UPDATE`;
      return find(id);
    },
    change: async ({ id, ...report }) => {
      await db.report.update({ where: { id }, data: report });
    },
    page: async (of, { from, limit }) =>
      (await db.report.findMany({
        where: { AND: [matching(of), from === null ? {} : { id: { lt: from } }] },
        orderBy: { id: 'desc' },
        take: limit + 1,
      })) as Report[],
    count: (of) => db.report.count({ where: matching(of) }),
  };
};

const matching = ({ roomId, status, concerning, notAbout }: ReportsOf) => ({
  ...(notAbout === undefined
    ? {}
    : { AND: [{ OR: [{ authorId: null }, { authorId: { not: notAbout } }] }] }),
  ...(roomId === undefined ? {} : { roomId }),
  ...(status === undefined ? {} : { status }),
  ...(concerning === undefined
    ? {}
    : {
        OR: [
          { reporterId: concerning },
          { authorId: concerning, outcome: { not: null }, NOT: { outcome: 'DISMISSED' } },
        ],
      }),
});
