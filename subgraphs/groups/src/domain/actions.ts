import { isAllowed } from '@souk/runtime/domain';
import type { GroupBan } from './ban.ts';
import { type Group, isArchived } from './group.ts';
import { assertMayRequest } from './join-request.ts';
import {
  assertMay,
  assertMayJoin,
  assertMayLeave,
  assertOwns,
  type Membership,
} from './membership.ts';
import { isMuted } from './mute.ts';
import type { GroupPermission } from './roles.ts';

/** How somebody stands to a group: in it, or outside and perhaps banned. */
export interface Standing {
  member: Membership | null;
  ban: GroupBan | null;
  /** How many owners the group has, if the member is one. */
  owners: number;
  /** Whether their request to join is pending. */
  hasAsked: boolean;
}

type MemberAction = keyof typeof NEEDS;
export type GroupAction = 'JOIN' | 'REQUEST_TO_JOIN' | 'LEAVE' | MemberAction;

/** The right that each action requires; those reserved for owners require more than a right. */
const NEEDS = {
  POST: 'POST',
  CREATE_ROOM: 'CREATE_ROOM',
  INVITE: 'INVITE',
  MANAGE_MEMBERS: 'MANAGE_MEMBERS',
  DECIDE_JOIN_REQUESTS: 'MANAGE_MEMBERS',
  BAN: 'MANAGE_MEMBERS',
  MUTE: 'MODERATE_MESSAGES',
  MODERATE_MESSAGES: 'MODERATE_MESSAGES',
  EDIT: 'MANAGE_GROUP',
  ARCHIVE: 'OWNERSHIP',
  TRANSFER: 'OWNERSHIP',
} as const satisfies Record<string, GroupPermission | 'OWNERSHIP'>;

/** What people who may not post cannot do either. */
const SAYING: ReadonlySet<MemberAction> = new Set(['POST', 'CREATE_ROOM']);

/** What somebody may do in a group, by the same rules that its use cases enforce. */
export function groupActions(group: Group, standing: Standing, now: Date): GroupAction[] {
  const { member, ban, owners, hasAsked } = standing;
  if (!member) {
    if (isAllowed(() => assertMayJoin(group, ban, now))) return ['JOIN'];
    const mayAsk = !hasAsked && isAllowed(() => assertMayRequest(group, ban, now));
    return mayAsk ? ['REQUEST_TO_JOIN'] : [];
  }
  const leaving: GroupAction[] = isAllowed(() => assertMayLeave(group, member, owners))
    ? ['LEAVE']
    : [];
  if (isArchived(group)) return leaving;
  const granted = (Object.keys(NEEDS) as MemberAction[]).filter(
    (action) =>
      isAllowed(() => assertHas(member, NEEDS[action])) &&
      !(SAYING.has(action) && isMuted(member.mute, now)),
  );
  return [...leaving, ...granted];
}

function assertHas(member: Membership, right: GroupPermission | 'OWNERSHIP'): void {
  if (right === 'OWNERSHIP') assertOwns(member);
  else assertMay(member, right);
}
