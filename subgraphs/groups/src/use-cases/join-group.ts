import { assertMayJoin } from '../domain/membership.ts';
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
    const member = await stores.members.find(groupId, userId);
    if (member) return member.id;
    const ban = await stores.bans.find(groupId, userId);
    assertMayJoin(group, ban, deps.clock());
    return admitMember(deps, stores, group, { userId, role: 'MEMBER', actorId: userId });
  });
