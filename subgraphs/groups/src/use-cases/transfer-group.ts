import { assertActive, assertMayTransfer } from '../domain/membership.ts';
import { changeRole } from './change-role.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { actorAndTarget } from './members-of-group.ts';
import { writeAudit } from './write-audit.ts';

/** Makes another member an owner, and the viewer an admin. */
export const transferGroup = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId, toUserId }: { groupId: string; toUserId: string },
): Promise<void> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const people = { actorId, userId: toUserId };
    const { actor, target } = await actorAndTarget(stores, group, people, ['toUserId']);
    assertActive(group, actor, ['groupId']);
    assertMayTransfer(actor, target);
    await countUse(deps, stores, actorId, 'changes');
    if (target.role !== 'OWNER') await changeRole(stores, target, 'OWNER');
    await changeRole(stores, actor, 'ADMIN');
    await writeAudit(deps, stores, {
      groupId,
      actorId,
      action: 'TRANSFERRED',
      targetId: toUserId,
    });
  });
