import { isIdOf, notFound, rateLimited, scopesOf, type Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { roomNotManageable } from '../domain/errors.ts';
import { assertLive } from '../domain/message.ts';
import {
  appealed,
  decided,
  type Report,
  type ReportOutcome,
  type ReportReason,
  type Reviewer,
  reviews,
} from '../domain/report.ts';
import { moderates } from '../domain/room.ts';
import { takeOut } from './change-participants.ts';
import { eraseMessage } from './delete-message.ts';
import type { ChatDeps } from './deps.ts';

import { visibleMessage } from './message-access.ts';
import { moderatorsOf } from './moderators-of-room.ts';

export const reviewerOf = (viewer: Viewer): Reviewer => ({
  userId: viewer.userId,
  isStaff: scopesOf(viewer).has('chat:moderate'),
});

const ALLOWANCE = { rule: 'chat.report', points: 20, perSeconds: 3_600 };

export interface ReportInput {
  messageId: string;
  reason: ReportReason;
  note?: string | null | undefined;
}

/** Tells those who keep order of a message; who did so before is given what became of it. */
export async function reportMessage(
  { transaction, reads, rateLimit, clock, newId }: ChatDeps,
  { userId: reporterId }: Viewer,
  { messageId, reason, note = null }: ReportInput,
): Promise<Report> {
  const { message, room } = await visibleMessage(reads, reporterId, messageId, ['messageId']);
  const before = await reads.reports.byReporter(messageId, reporterId);
  if (before) return before;
  assertLive(message);
  const { allowed, retryAfterSeconds } = await rateLimit.consume(reporterId, ALLOWANCE);
  if (!allowed) throw rateLimited(retryAfterSeconds);
  const { roomId, authorId, text } = message;
  const undecided = { outcome: null, decidedBy: null, decisionNote: null, decidedAt: null };
  const report: Report = {
    ...{ id: newId('rep'), roomId, messageId, authorId, reporterId, reason, text },
    ...{ note: note || null, status: 'OPEN', appeal: null, createdAt: clock(), ...undecided },
  };
  return transaction(async ({ reports, groups, participants, events }) => {
    if (!(await reports.add(report))) {
      return (await reports.byReporter(messageId, reporterId)) as Report;
    }
    const moderators = await moderatorsOf({ groups, participants }, room);
    const recipientIds = moderators.filter((id) => id !== reporterId && id !== authorId);
    const payload = { reportId: report.id, roomId, messageId, reporterId };
    await events.append({
      ...{ type: 'chat.ReportFiled', stream: roomStream(roomId) },
      payload: { ...payload, recipientIds, forStaff: recipientIds.length === 0 },
    });
    return report;
  });
}

export interface ReportDecision {
  reportId: string;
  outcome: ReportOutcome;
  note?: string | null | undefined;
}

/**
 * Decides, and does what was decided: the message goes, or its author does. The decision on an appeal takes the place
 * of the first: who was shut out for nothing may come back. What was deleted stays so.
 */
export const decideReport = (
  { transaction, clock, newId }: ChatDeps,
  viewer: Viewer,
  { reportId, outcome, note = null }: ReportDecision,
): Promise<Report> =>
  transaction(async (stores) => {
    const { reports, rooms, messageEdits, bans } = stores;
    const reviewer = reviewerOf(viewer);
    const seen = isIdOf('rep', reportId) ? await reports.find(reportId) : null;
    const [room = null] = seen ? await rooms.findVisible([seen.roomId], viewer.userId) : [];
    if (!seen || !reviews(seen, room, reviewer)) throw notFound('Report', ['reportId']);
    const at = clock();
    const bannable = outcome === 'AUTHOR_BANNED' && seen.authorId !== null;
    if (bannable && !(room && moderates(room, viewer.userId))) throw roomNotManageable();
    const { roomId, messageId, authorId } = seen;
    // In the order in which all take them: who is let in or out, the message, the report.
    // Whom the first decision shut out, the second one may let in again.
    if (authorId !== null) await bans.lock(roomId, [authorId]);
    const message = outcome === 'MESSAGE_DELETED' ? await messageEdits.lock(messageId) : null;
    const report = await reports.lock(reportId);
    if (!report) throw notFound('Report', ['reportId']);
    const decision = { outcome, note: note || null, by: viewer.userId, at };
    const after = decided(report, decision);
    await reports.change(after);
    const isLifted = report.outcome === 'AUTHOR_BANNED' && outcome !== 'AUTHOR_BANNED';
    if (isLifted && authorId !== null) await bans.lift(roomId, [authorId]);
    if (message && message.deletedAt === null) await eraseMessage(stores, message, decision);
    if (bannable) {
      const ban = { id: newId('rban'), roomId, userId: authorId as string, createdAt: at };
      await bans.put({ ...ban, bannedBy: viewer.userId, reason: note || null, until: null });
      await takeOut(stores, [roomId], [authorId as string], { areBanned: true });
    }
    return after;
  });

/** Says why a decision against oneself is wrong; it is decided once more. */
export const appealReport = (
  { transaction }: ChatDeps,
  { userId }: Viewer,
  { reportId, text }: { reportId: string; text: string },
): Promise<Report> =>
  transaction(async ({ reports }) => {
    const report = isIdOf('rep', reportId) ? await reports.lock(reportId) : null;
    // Of what is not decided against them, its author does not know.
    if (report?.authorId !== userId || report.outcome === null || report.outcome === 'DISMISSED') {
      throw notFound('Report', ['reportId']);
    }
    const after = appealed(report, text);
    await reports.change(after);
    return after;
  });
