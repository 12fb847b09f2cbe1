import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { roomStream, userStream } from '@souk/runtime/events';
import { roomNotManageable } from '../domain/errors.ts';
import { decidesWhoStays } from '../domain/keepers.ts';
import {
  appealed,
  decided,
  isAgainstAuthor,
  type Report,
  type ReportOutcome,
  reviews,
} from '../domain/report.ts';
import { keeperOf, tellingOf } from '../domain/room.ts';
import { announceOwnChanges, type OwnChange } from './announce-own-change.ts';
import { eraseMessage } from './delete-message.ts';
import type { ChatDeps } from './deps.ts';
import { moderatorsOf } from './moderators-of-room.ts';
import { shutOut } from './shut-out.ts';

export interface ReportDecision {
  reportId: string;
  outcome: ReportOutcome;
  note?: string | null | undefined;
}

/**
 * Records a decision and carries it out: the message is deleted, or its author banned. The decision on an
 * appeal replaces the first: an unjustly banned person may come back, unless a ban without end stood before, or
 * another report was decided by a ban. A timed ban that the decision replaced does not return. A deleted message
 * stays deleted.
 */
export const decideReport = (
  { transaction, clock, newId }: ChatDeps,
  viewer: Viewer,
  { reportId, outcome, note = null }: ReportDecision,
): Promise<Report> =>
  transaction(async (stores) => {
    const { reports, rooms, messageEdits, bans, events } = stores;
    const reviewer = keeperOf(viewer);
    const seen = isIdOf('rep', reportId) ? await reports.find(reportId) : null;
    const [room = null] = seen ? await rooms.findVisible([seen.roomId], viewer.userId) : [];
    if (!seen || !reviews(seen, room, reviewer)) throw notFound('Report', ['reportId']);
    const at = clock();
    const bannable = outcome === 'AUTHOR_BANNED' && seen.authorId !== null;
    if (bannable && !(room && decidesWhoStays(room, reviewer))) throw roomNotManageable();
    const { roomId, messageId, authorId } = seen;
    // In the order in which locks are always taken: bans, the room that announces it, the message, the
    // report. The second decision may let somebody back in whom the first one banned.
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
    // Nobody was notified of an appeal; of the report itself, those who could have decided it were.
    const kept = report.outcome === null ? await rooms.findKept(roomId) : null;
    if (kept) {
      const recipientIds = await moderatorsOf(stores, kept);
      await events.append({
        ...{ type: 'chat.ReportDecided', stream: roomStream(roomId) },
        payload: { reportId, roomId, recipientIds },
      });
    }
    const isLifted = report.outcome === 'AUTHOR_BANNED' && outcome !== 'AUTHOR_BANNED';
    if (isLifted && authorId !== null) await bans.liftDecided({ id: reportId, roomId, authorId });
    if (message && message.deletedAt === null) {
      await eraseMessage(stores, message, { by: viewer.userId, at, reason: decision.note });
    }
    if (bannable) {
      const ban = { id: newId('rban'), roomId, userId: authorId as string, createdAt: at };
      const kept = { ...ban, bannedBy: viewer.userId, reason: note || null, until: null, reportId };
      await shutOut(stores, kept, room && tellingOf(room, null, at));
    }
    await announceOwnChanges(stores, concerned);
    return after;
  });

/** People whose own list of reports changes: the reporter, and the person it is, or was, decided against. */
function concernedBy(before: Report, after: Report): OwnChange[] {
  const { id: thingId, reporterId, authorId } = after;
  const isShownToAuthor = isAgainstAuthor(before) || isAgainstAuthor(after);
  const people = [reporterId, ...(authorId !== null && isShownToAuthor ? [authorId] : [])];
  return [...new Set(people)].map((userId) => ({ userId, kind: 'REPORT', thingId }));
}

/** Explains why a decision against oneself is wrong; it is then decided once more. */
export const appealReport = (
  { transaction }: ChatDeps,
  { userId }: Viewer,
  { reportId, text }: { reportId: string; text: string },
): Promise<Report> =>
  transaction(async ({ reports, events }) => {
    const report = isIdOf('rep', reportId) ? await reports.lock(reportId) : null;
    // The author of a message does not know of reports that are not decided against them.
    if (report?.authorId !== userId || !isAgainstAuthor(report)) {
      throw notFound('Report', ['reportId']);
    }
    const after = appealed(report, text);
    await reports.change(after);
    await announceOwnChanges({ events }, concernedBy(report, after));
    return after;
  });
