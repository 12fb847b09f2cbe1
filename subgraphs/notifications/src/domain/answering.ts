import type { NotificationKind } from './notification.ts';
import type { NotificationTarget } from './notification-target.ts';

/** The subject of notices of a request to join, for those who may answer it. */
export const joinRequestSubject = (requestId: string): string => `join:${requestId}`;
/** The subject of notices of a report, for those who may decide it. */
export const reportSubject = (reportId: string): string => `report:${reportId}`;

/** By kind of notice, the roles in a group whose holders answer it: as groups gives rights to roles. */
const ANSWERED_BY = {
  JOIN_REQUEST: ['OWNER', 'ADMIN'],
  REPORT_FILED: ['OWNER', 'ADMIN', 'MODERATOR'],
} as const;

/** The kinds that ask something of their reader. */
export type AskingKind = keyof typeof ANSWERED_BY;
export const ASKING_KINDS = Object.keys(ANSWERED_BY) as AskingKind[];

/** Whether who has this role in a group, null for who has none, answers what such notices ask. */
export const mayAnswer = (kind: AskingKind, role: string | null): boolean =>
  ANSWERED_BY[kind].some((one) => one === role);

/** Where it is decided who answers what a notice asks. */
export type AnsweredIn = { kind: AskingKind } & ({ groupId: string } | { roomId: string });

/** Where it is decided who answers this; null of what asks nothing, and of who asked and is told the answer. */
export function answeredIn({
  kind,
  subject,
  target,
}: {
  kind: NotificationKind;
  subject: string | null;
  target: NotificationTarget | null;
}): AnsweredIn | null {
  if (kind === 'JOIN_REQUEST' && target?.type === 'GroupTarget') {
    return subject?.startsWith(joinRequestSubject('')) ? { kind, groupId: target.groupId } : null;
  }
  // The first reports did not say where.
  if (kind === 'REPORT_FILED' && target?.type === 'ReportTarget' && target.roomId) {
    return { kind, roomId: target.roomId };
  }
  return null;
}
