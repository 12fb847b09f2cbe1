import { isIdOf, notFound, scopesOf, type Viewer } from '@souk/runtime/domain';
import { roomStream, userStream } from '@souk/runtime/events';
import { roomNotManageable } from '../domain/errors.ts';
import {
  appealed,
  decided,
  isAgainstAuthor,
  type Report,
  type ReportOutcome,
  type Reviewer,
  reviews,
} from '../domain/report.ts';
import { moderates, tellingOf } from '../domain/room.ts';
import { announceOwnChanges, type OwnChange } from './announce-own-change.ts';
import { eraseMessage } from './delete-message.ts';
import type { ChatDeps } from './deps.ts';
import { moderatorsOf } from './moderators-of-room.ts';
import { shutOut } from './shut-out.ts';

export const reviewerOf = (viewer: Viewer): Reviewer => ({
  userId: viewer.userId,
  isStaff: scopesOf(viewer).has('chat:moderate'),
});

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
    const { reports, rooms, messageEdits, bans, events } = stores;
    const reviewer = reviewerOf(viewer);
    const seen = isIdOf('rep', reportId) ? await reports.find(reportId) : null;
    const [room = null] = seen ? await rooms.findVisible([seen.roomId], viewer.userId) : [];
    if (!seen || !reviews(seen, room, reviewer)) throw notFound('Report', ['reportId']);
    const at = clock();
    const bannable = outcome === 'AUTHOR_BANNED' && seen.authorId !== null;
    if (bannable && !(room && moderates(room, viewer.userId))) throw roomNotManageable();
    const { roomId, messageId, authorId } = seen;
    // In the order in which all take them: who is let in or out, the room that tells of it, the message, the report.
    // Whom the first decision shut out, the second one may let in again.
    if (authorId !== null) await bans.lock(roomId, [authorId]);
    if (bannable) await rooms.lock(roomId);
    const message = outcome === 'MESSAGE_DELETED' ? await messageEdits.lock(messageId) : null;
    const report = await reports.lock(reportId);
    if (!report) throw notFound('Report', ['reportId']);
    const decision = { outcome, note: note || null, by: viewer.userId, at };
    const after = decided(report, decision);
    await reports.change(after);
    const concerned = concernedBy(report, after);
    const streams = concerned.map(({ userId }) => userStream(userId));
    await events.lock([roomStream(roomId), ...streams]);
    // Of an appeal nobody was notified; of the report itself those are who could have decided it.
    const kept = report.outcome === null ? await rooms.findKept(roomId) : null;
    if (kept) {
      const recipientIds = await moderatorsOf(stores, kept);
      await events.append({
        ...{ type: 'chat.ReportDecided', stream: roomStream(roomId) },
        payload: { reportId, roomId, recipientIds },
      });
    }
    const isLifted = report.outcome === 'AUTHOR_BANNED' && outcome !== 'AUTHOR_BANNED';
    if (isLifted && authorId !== null) await bans.lift(roomId, [authorId]);
    if (message && message.deletedAt === null) await eraseMessage(stores, message, decision);
    if (bannable) {
      const ban = { id: newId('rban'), roomId, userId: authorId as string, createdAt: at };
      const kept = { ...ban, bannedBy: viewer.userId, reason: note || null, until: null };
      await shutOut(stores, kept, room && tellingOf(room, null, at));
    }
    await announceOwnChanges(stores, concerned);
    return after;
  });

/** Whose own list of reports shows something else: who made it, and whom it is, or was, decided against. */
function concernedBy(before: Report, after: Report): OwnChange[] {
  const { id: thingId, reporterId, authorId } = after;
  const isShownToAuthor = isAgainstAuthor(before) || isAgainstAuthor(after);
  const people = [reporterId, ...(authorId !== null && isShownToAuthor ? [authorId] : [])];
  return [...new Set(people)].map((userId) => ({ userId, kind: 'REPORT', thingId }));
}

/** Says why a decision against oneself is wrong; it is decided once more. */
export const appealReport = (
  { transaction }: ChatDeps,
  { userId }: Viewer,
  { reportId, text }: { reportId: string; text: string },
): Promise<Report> =>
  transaction(async ({ reports, events }) => {
    const report = isIdOf('rep', reportId) ? await reports.lock(reportId) : null;
    // Of what is not decided against them, its author does not know.
    if (report?.authorId !== userId || !isAgainstAuthor(report)) {
      throw notFound('Report', ['reportId']);
    }
    const after = appealed(report, text);
    await reports.change(after);
    await announceOwnChanges({ events }, concernedBy(report, after));
    return after;
  });
