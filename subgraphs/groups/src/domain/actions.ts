import { isAllowed } from '@souk/runtime/domain';
import type { GroupBan } from './ban.ts';
import type { Group } from './group.ts';
import { assertMay, assertMayJoin, assertMayLeave, type Membership } from './membership.ts';
import type { GroupPermission } from './roles.ts';

export type GroupAction =
  | 'JOIN'
  | 'LEAVE'
  | 'POST'
  | 'CREATE_ROOM'
  | 'MANAGE_MEMBERS'
  | 'BAN'
  | 'EDIT';

/** Where somebody stands in a group: in it, or outside and perhaps banned. */
export interface Standing {
  member: Membership | null;
  ban: GroupBan | null;
  /** How many owners the group has, where the member is one. */
  owners: number;
}

/** The right that each of these takes. */
const NEEDS: Readonly<Record<Exclude<GroupAction, 'JOIN' | 'LEAVE'>, GroupPermission>> = {
  POST: 'POST',
  CREATE_ROOM: 'CREATE_ROOM',
  MANAGE_MEMBERS: 'MANAGE_MEMBERS',
  BAN: 'MANAGE_MEMBERS',
  EDIT: 'MANAGE_GROUP',
};

/** What somebody may do in a group, by the same rules that its use cases enforce. */
export function groupActions(
  group: Group,
  { member, ban, owners }: Standing,
  now: Date,
): GroupAction[] {
  if (!member) return isAllowed(() => assertMayJoin(group, ban, now)) ? ['JOIN'] : [];
  const granted = (Object.keys(NEEDS) as (keyof typeof NEEDS)[]).filter((action) =>
    isAllowed(() => assertMay(member, NEEDS[action])),
  );
  return isAllowed(() => assertMayLeave(member, owners)) ? ['LEAVE', ...granted] : granted;
}
