/** What is recorded about a group, for those who manage its members. */
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

/** Who did what to whom in a group. */
export interface AuditEntry {
  id: string;
  groupId: string;
  /** Null for something that happened automatically. */
  actorId: string | null;
  action: AuditAction;
  targetId: string | null;
  /** The actor's comment. */
  reason: string | null;
  /** The exact change. */
  details: string | null;
  occurredAt: Date;
}
