import { assertActive, assertMaySetRole } from '../domain/membership.ts';
import type { GroupRole } from '../domain/roles.ts';
import { changeRole } from './change-role.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { actorAndTarget } from './members-of-group.ts';
import { writeAudit } from './write-audit.ts';

/** Gives a member another role; resolves to the membership's id. */
export const setMemberRole = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId, userId, role }: { groupId: string; userId: string; role: GroupRole },
): Promise<string> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const { actor, target } = await actorAndTarget(stores, group, { actorId, userId });
    assertActive(group, actor, ['groupId']);
    assertMaySetRole(actor, target, role, await stores.members.countOwners(groupId));
    if (target.role === role) return target.id;
    await countUse(deps, stores, actorId, 'changes');
    await changeRole(stores, target, role);
    await writeAudit(deps, stores, {
      groupId,
      actorId,
      action: 'ROLE_CHANGED',
      targetId: userId,
      details: `${target.role} → ${role}`,
    });
    return target.id;
  });
