import { assertMayLeave, assertMember } from '../domain/membership.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { dismissMember } from './dismiss-member.ts';
import { lockGroup } from './lock-group.ts';

/** Leaves a group. Of two owners who leave at once the second finds itself the last, and stays. */
export const leaveGroup = (
  { transaction }: Pick<GroupsDeps, 'transaction'>,
  { userId }: Actor,
  { groupId }: { groupId: string },
): Promise<void> =>
  transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const member = await stores.members.find(groupId, userId);
    assertMember(group, member, ['groupId']);
    assertMayLeave(member, await stores.members.countOwners(groupId));
    await dismissMember(stores, member, null);
  });
