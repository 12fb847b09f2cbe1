import { groupStream } from '@souk/runtime/events';
import { assertMaySetRole } from '../domain/membership.ts';
import type { GroupRole } from '../domain/roles.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { actorAndTarget } from './members-of-group.ts';

/** Gives a member another role; resolves to the membership's id. */
export const setMemberRole = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId, userId, role }: { groupId: string; userId: string; role: GroupRole },
): Promise<string> =>
  deps.transaction(async (stores) => {
    const { members, audit, events } = stores;
    const group = await lockGroup(stores, groupId, ['groupId']);
    const { actor, target } = await actorAndTarget(stores, group, { actorId, userId });
    assertMaySetRole(actor, target, role, await members.countOwners(groupId));
    if (target.role === role) return target.id;
    await countUse(deps, stores, actorId, 'changes');
    await members.setRole(target.id, role);
    await audit.record({
      id: deps.newId('aud'),
      groupId,
      actorId,
      action: 'ROLE_CHANGED',
      targetId: userId,
      reason: `${target.role} → ${role}`,
      occurredAt: deps.clock(),
    });
    await events.append({
      type: 'groups.MemberRoleChanged',
      stream: groupStream(groupId),
      payload: {
        groupId,
        memberId: target.id,
        userId,
        joinedAt: target.joinedAt.toISOString(),
        role,
        previousRole: target.role,
      },
    });
    return target.id;
  });
