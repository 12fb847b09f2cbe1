import { assertMayJoin, memberOf } from '../domain/membership.ts';
import { admitMember } from './admit-member.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';

/** Comes into an OPEN group; resolves to the membership's id, also when it is there already. */
export const joinGroup = (
  deps: GroupsDeps,
  { userId }: Actor,
  { groupId }: { groupId: string },
): Promise<string> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const standing = await stores.members.find(groupId, userId);
    const member = memberOf(standing);
    if (member) return member.id;
    assertMayJoin(group, standing, deps.clock());
    return admitMember(deps, stores, { groupId, userId, role: 'MEMBER' });
  });
