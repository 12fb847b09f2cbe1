import { limitRate } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { assertMayReport, type Report, type ReportReason } from '../domain/report.ts';
import { announceOwnChanges } from './announce-own-change.ts';
import type { ChatDeps } from './deps.ts';
import { visibleMessage } from './message-access.ts';
import { moderatorsOf } from './moderators-of-room.ts';

const ALLOWANCE = { rule: 'chat.report', points: 20, perSeconds: 3_600 };

export interface ReportInput {
  messageId: string;
  reason: ReportReason;
  note?: string | null | undefined;
}

/** Reports a message to the moderators; a repeated report returns the first one. */
export async function reportMessage(
  { transaction, reads, rateLimit, clock, newId }: ChatDeps,
  { userId: reporterId }: Viewer,
  { messageId, reason, note = null }: ReportInput,
): Promise<Report> {
  const { message, room } = await visibleMessage(reads, reporterId, messageId, ['messageId']);
  const before = await reads.reports.byReporter(messageId, reporterId);
  if (before) return before;
  assertMayReport(message, reporterId);
  await limitRate(rateLimit, reporterId, ALLOWANCE);
  const { roomId, authorId, text } = message;
  const undecided = { outcome: null, decidedBy: null, decisionNote: null, decidedAt: null };
  const report: Report = {
    id: newId('rep'),
    roomId,
    messageId,
    authorId,
    reporterId,
    reason,
    text,
    ...{ note: note || null, status: 'OPEN', appeal: null, createdAt: clock(), ...undecided },
  };
  return transaction(async ({ reports, groups, participants, events }) => {
    if (!(await reports.add(report))) {
      return (await reports.byReporter(messageId, reporterId)) as Report;
    }
    const moderators = await moderatorsOf({ groups, participants }, room);
    const recipientIds = moderators.filter((id) => id !== reporterId && id !== authorId);
    const { id: reportId } = report;
    const payload = { reportId, roomId, messageId, reporterId };
    await events.append({
      type: 'chat.ReportFiled',
      stream: roomStream(roomId),
      payload: { ...payload, recipientIds, forStaff: recipientIds.length === 0 },
    });
    await announceOwnChanges({ events }, [
      { userId: reporterId, kind: 'REPORT', thingId: reportId },
    ]);
    return report;
  });
}
