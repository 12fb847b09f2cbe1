import { isIdOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { ReportConnectionResolvers, ReportResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import {
  isAgainstAuthor,
  type Report as ReportModel,
  reportActions,
  reviews,
} from '../domain/report.ts';
import { keeperOf } from '../domain/room.ts';
import type { ReportsOf } from '../persistence/report-store.ts';
import { findRoom } from './read-room.ts';

/** A page of reports, newest first, which the caller is allowed to see. */
export async function reportList(
  of: ReportsOf,
  { first, after }: { first?: number | null | undefined; after?: string | null | undefined },
  { cursors, stores }: Context,
) {
  const purpose = `reports:${JSON.stringify(of)}`;
  const page = pageOf<string>({ first, after }, { cursors, purpose });
  const rows = await stores.reports.page(of, page);
  const positionOf = ({ id }: ReportModel) => id;
  return { ...connectionOf(rows, page, { cursors, purpose, positionOf }), of };
}

/** How somebody stands to a report: they decide it, made it, or it was decided against them. */
async function standing(report: ReportModel, context: Context) {
  const { viewer } = context;
  if (!viewer) return null;
  const room = await findRoom(report.roomId, context);
  const isReviewer = reviews(report, room, keeperOf(viewer));
  const isReporter = report.reporterId === viewer.userId;
  const isAccused = report.authorId === viewer.userId && isAgainstAuthor(report);
  return { isReviewer, isReporter, isAccused };
}

/** A report that the viewer may read. */
export async function findReport(id: string, context: Context): Promise<ReportModel | null> {
  const report = isIdOf('rep', id) ? await context.loaders.report.load(id) : null;
  const is = report && (await standing(report, context));
  return is && (is.isReviewer || is.isReporter || is.isAccused) ? report : null;
}

export const Report: ReportResolvers = {
  __resolveReference: ({ id }, context) => findReport(id, context),
  room: ({ roomId }, _, context) => findRoom(roomId, context),
  message: ({ messageId }, _, { loaders }) => loaders.message.load(messageId),
  author: ({ authorId }) => (authorId === null ? null : { id: authorId }),
  /** The person a report is about does not learn who made it. */
  reporter: async (report, _, context) => {
    const is = await standing(report, context);
    return is?.isReviewer || is?.isReporter ? { id: report.reporterId } : null;
  },
  note: async (report, _, context) => {
    const is = await standing(report, context);
    return is?.isReviewer || is?.isReporter ? report.note : null;
  },
  text: async (report, _, context) => {
    const is = await standing(report, context);
    if (is?.isReviewer || is?.isAccused) return report.text;
    // The reporter sees what is visible to them anyway.
    return (await context.loaders.message.load(report.messageId))?.text ? report.text : null;
  },
  decidedBy: async (report, _, context) => {
    const is = await standing(report, context);
    return is?.isReviewer && report.decidedBy ? { id: report.decidedBy } : null;
  },
  viewerCan: async (report, _, context) => {
    const { viewer } = context;
    const room = await findRoom(report.roomId, context);
    return viewer ? reportActions(report, room, keeperOf(viewer)) : [];
  },
};

export const ReportConnection: ReportConnectionResolvers = {
  totalCount: ({ of }, _, { stores }) => stores.reports.count(of),
};
