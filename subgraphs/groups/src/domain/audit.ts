/** What is written down of a group, for those who manage its members. */
export const AUDIT_ACTIONS = [
  'CREATED',
  'UPDATED',
  'ARCHIVED',
  'TRANSFERRED',
  'MEMBER_JOINED',
  'MEMBER_LEFT',
  'MEMBER_REMOVED',
  'ROLE_CHANGED',
  'BANNED',
  'UNBANNED',
  'MUTED',
  'UNMUTED',
  'INVITED',
  'INVITE_REVOKED',
  'JOIN_REQUEST_APPROVED',
  'JOIN_REQUEST_DECLINED',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who did what in a group to whom. */
export interface AuditEntry {
  id: string;
  groupId: string;
  /** Null for what happened by itself. */
  actorId: string | null;
  action: AuditAction;
  targetId: string | null;
  /** What the actor said of it. */
  reason: string | null;
  /** What exactly was changed. */
  details: string | null;
  occurredAt: Date;
}
