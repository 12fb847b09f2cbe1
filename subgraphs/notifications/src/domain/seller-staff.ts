import { KINDS, type NotificationKind } from './notification.ts';

/** As in products: a manager sees a seller's money, and other things that its staff may not. */
export const MANAGING_ROLES: readonly string[] = ['OWNER', 'MANAGER'];

interface Member {
  userId: string;
  role: string;
}

/** A seller's members, and its managers among them. */
export const staffOf = (members: readonly Member[]) => ({
  memberIds: members.map(({ userId }) => userId),
  managerIds: members
    .filter(({ role }) => MANAGING_ROLES.includes(role))
    .map(({ userId }) => userId),
});

/** Matters of a seller that concern only its managers: its money, and its programs. */
const FOR_MANAGERS: readonly NotificationKind[] = ['PAYOUT', 'SYSTEM'];

export interface Staff {
  memberIds: readonly string[];
  /** Those among them who manage it. */
  managerIds: readonly string[];
}

/** The kinds of which these people heard before, and do not any more, by person. */
export function heardNoMore(before: Staff, now: Staff): Map<string, readonly NotificationKind[]> {
  const lost = before.memberIds.map((userId): [string, NotificationKind[]] => [
    userId,
    KINDS.filter((kind) => mayHear(before, userId, kind) && !mayHear(now, userId, kind)),
  ]);
  return new Map(lost.filter(([, some]) => some.length > 0));
}

/** Whether such notices of a seller are for this person. */
export const mayHear = (staff: Staff, userId: string, kind: NotificationKind): boolean =>
  (FOR_MANAGERS.includes(kind) ? staff.managerIds : staff.memberIds).includes(userId);
