import { messageOwn, reportNotAppealable, reportNotOpen } from './errors.ts';
import { assertLive, type LiveMessage, type Message } from './message.ts';
import { type Keeper, moderatesTalk, type Room } from './room.ts';

export type ReportReason =
  | 'SPAM'
  | 'HARASSMENT'
  | 'HATE'
  | 'SEXUAL'
  | 'VIOLENCE'
  | 'FRAUD'
  | 'ILLEGAL'
  | 'OTHER';
export type ReportStatus = 'OPEN' | 'DECIDED' | 'APPEALED' | 'CLOSED';
export type ReportOutcome = 'DISMISSED' | 'MESSAGE_DELETED' | 'AUTHOR_WARNED' | 'AUTHOR_BANNED';
export type ReportAction = 'DECIDE' | 'APPEAL';

/** A report of a message to the moderators. */
export interface Report {
  id: string;
  roomId: string;
  messageId: string;
  /** The author of the message. */
  authorId: string | null;
  reporterId: string;
  reason: ReportReason;
  note: string | null;
  /** The text of the message at that time. */
  text: string;
  status: ReportStatus;
  outcome: ReportOutcome | null;
  decidedBy: string | null;
  decisionNote: string | null;
  appeal: string | null;
  createdAt: Date;
  decidedAt: Date | null;
}

/**
 * Whether somebody may report a message. Nobody reports what they said themselves: they delete it.
 *
 * @throws MESSAGE_OF_ROOM, MESSAGE_DELETED, MESSAGE_OWN
 */
export function assertMayReport(
  message: Message,
  viewerId: string,
): asserts message is LiveMessage {
  assertLive(message);
  if (message.authorId === viewerId) throw messageOwn();
}

/** Whether its author knows of it: a decision was made against them. */
export const isAgainstAuthor = ({ outcome }: Pick<Report, 'outcome'>): boolean =>
  outcome !== null && outcome !== 'DISMISSED';

/**
 * Whether somebody decides reports of a room: its moderators and staff. Nobody decides reports of their own
 * messages, or appeals against their own decisions.
 */
export const reviews = (
  { authorId }: Pick<Report, 'authorId'>,
  room: Room | null,
  viewer: Keeper,
): boolean =>
  authorId !== viewer.userId && (viewer.isStaff || (room !== null && moderatesTalk(room, viewer)));

/** What somebody may do with a report. */
export function reportActions(report: Report, room: Room | null, viewer: Keeper): ReportAction[] {
  const { status, outcome, authorId } = report;
  if (reviews(report, room, viewer)) return isForReviewer(report, viewer.userId) ? ['DECIDE'] : [];
  const appeals = authorId === viewer.userId && status === 'DECIDED' && outcome !== 'DISMISSED';
  return appeals ? ['APPEAL'] : [];
}

/** Whether this reviewer may decide it now: an appeal is decided by another one. */
export const isForReviewer = ({ status, decidedBy }: Report, userId: string): boolean =>
  status === 'OPEN' || (status === 'APPEALED' && decidedBy !== userId);

/** The state after a decision; the decision on an appeal is final. */
export function decided(
  report: Report,
  decision: { outcome: ReportOutcome; note: string | null; by: string; at: Date },
): Report {
  const { outcome, note, by, at } = decision;
  const { status } = report;
  if (!isForReviewer(report, by)) throw reportNotOpen();
  return {
    ...report,
    status: status === 'OPEN' ? 'DECIDED' : 'CLOSED',
    outcome,
    decisionNote: note,
    decidedBy: by,
    decidedAt: at,
  };
}

/** A person affected by a decision may explain once why it is wrong. */
export function appealed(report: Report, appeal: string): Report {
  const { status, outcome } = report;
  if (status !== 'DECIDED' || outcome === 'DISMISSED') throw reportNotAppealable();
  return { ...report, status: 'APPEALED', appeal };
}
