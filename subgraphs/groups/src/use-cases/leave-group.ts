import { assertMayLeave, assertMember } from '../domain/membership.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { dismissMember } from './dismiss-member.ts';
import { lockGroup } from './lock-group.ts';
import { writeAudit } from './write-audit.ts';

/** Leaves a group. Of two owners who leave at once the second finds itself the last, and stays. */
export const leaveGroup = (
  deps: GroupsDeps,
  { userId }: Actor,
  { groupId }: { groupId: string },
): Promise<void> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const member = await stores.members.find(groupId, userId);
    assertMember(group, member, ['groupId']);
    assertMayLeave(group, member, await stores.members.countOwners(groupId));
    await dismissMember(stores, member, { change: 'LEFT' });
    await writeAudit(deps, stores, { groupId, actorId: userId, action: 'MEMBER_LEFT' });
  });
