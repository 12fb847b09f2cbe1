import { reportNotAppealable, reportNotOpen } from './errors.ts';
import { moderatesTalk, type Room } from './room.ts';

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

/** What somebody reported of a message to those who keep order. */
export interface Report {
  id: string;
  roomId: string;
  messageId: string;
  /** Who said it. */
  authorId: string | null;
  reporterId: string;
  reason: ReportReason;
  note: string | null;
  /** What the message said then. */
  text: string;
  status: ReportStatus;
  outcome: ReportOutcome | null;
  decidedBy: string | null;
  decisionNote: string | null;
  appeal: string | null;
  createdAt: Date;
  decidedAt: Date | null;
}

/** Whether its author knows of it: something was decided against them. */
export const isAgainstAuthor = ({ outcome }: Pick<Report, 'outcome'>): boolean =>
  outcome !== null && outcome !== 'DISMISSED';

/** Who is asking, and whether they are of Souk's staff that keeps order everywhere. */
export interface Reviewer {
  userId: string;
  isStaff: boolean;
}

/**
 * Whether somebody decides reports of a room: who keeps order there, and staff. Nobody those of themselves,
 * nor what is said against their own decision.
 */
export const reviews = (
  { authorId }: Pick<Report, 'authorId'>,
  room: Room | null,
  { userId, isStaff }: Reviewer,
): boolean => authorId !== userId && (isStaff || (room !== null && moderatesTalk(room, userId)));

/** What somebody may do with a report. */
export function reportActions(report: Report, room: Room | null, viewer: Reviewer): ReportAction[] {
  const { status, outcome, authorId } = report;
  if (reviews(report, room, viewer)) return isForReviewer(report, viewer.userId) ? ['DECIDE'] : [];
  const appeals = authorId === viewer.userId && status === 'DECIDED' && outcome !== 'DISMISSED';
  return appeals ? ['APPEAL'] : [];
}

/** Whether this reviewer may decide it as it stands: an appeal is decided by another one. */
export const isForReviewer = ({ status, decidedBy }: Report, userId: string): boolean =>
  status === 'OPEN' || (status === 'APPEALED' && decidedBy !== userId);

/** After the decision; one on an appeal is the last. */
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

/** Whoever a decision is against says once why it is wrong. */
export function appealed(report: Report, appeal: string): Report {
  const { status, outcome } = report;
  if (status !== 'DECIDED' || outcome === 'DISMISSED') throw reportNotAppealable();
  return { ...report, status: 'APPEALED', appeal };
}
