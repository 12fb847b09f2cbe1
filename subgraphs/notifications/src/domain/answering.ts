import type { NotificationKind } from './notification.ts';
import type { NotificationTarget } from './notification-target.ts';

/** The subject of notices about a request to join, for those who can answer it. */
export const joinRequestSubject = (requestId: string): string => `join:${requestId}`;
/** The subject of notices about a report, for those who can decide it. */
export const reportSubject = (reportId: string): string => `report:${reportId}`;

/** By kind of notice, the roles in a group that can answer it: the same as groups gives to roles. */
const ANSWERED_BY = {
  JOIN_REQUEST: ['OWNER', 'ADMIN'],
  REPORT_FILED: ['OWNER', 'ADMIN', 'MODERATOR'],
} as const;

/** The kinds that ask their reader for something. */
export type AskingKind = keyof typeof ANSWERED_BY;
export const ASKING_KINDS = Object.keys(ANSWERED_BY) as AskingKind[];

/** Whether a person with this role in a group, or null for none, can answer such notices. */
export const mayAnswer = (kind: AskingKind, role: string | null): boolean =>
  ANSWERED_BY[kind].some((one) => one === role);

/** Where it is decided who can answer a notice. */
export type AnsweredIn = { kind: AskingKind } & ({ groupId: string } | { roomId: string });

/**
 * Where it is decided who can answer this; null when it asks nothing, and for the requester, who is told the
 * answer.
 */
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
  // The first reports did not name their place.
  if (kind === 'REPORT_FILED' && target?.type === 'ReportTarget' && target.roomId) {
    return { kind, roomId: target.roomId };
  }
  return null;
}
