import type { NotificationKind } from './notification.ts';

/** As products has them: a manager sees a seller's money, and what else its staff may not. */
export const MANAGING_ROLES: readonly string[] = ['OWNER', 'MANAGER'];

interface Member {
  userId: string;
  role: string;
}

/** Who works for a seller, and who of them manages it. */
export const staffOf = (members: readonly Member[]) => ({
  memberIds: members.map(({ userId }) => userId),
  managerIds: members
    .filter(({ role }) => MANAGING_ROLES.includes(role))
    .map(({ userId }) => userId),
});

/** What of a seller is for those alone who manage it: its money, and what becomes of its programs. */
const FOR_MANAGERS: readonly NotificationKind[] = ['PAYOUT', 'SYSTEM'];

/** Whether such notices of a seller are for somebody. */
export const mayHear = (
  staff: { memberIds: readonly string[]; managerIds: readonly string[] },
  userId: string,
  kind: NotificationKind,
): boolean => (FOR_MANAGERS.includes(kind) ? staff.managerIds : staff.memberIds).includes(userId);
