import { assertActive, assertMayRemove } from '../domain/membership.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { actorAndTarget } from './members-of-group.ts';
import { shutOut } from './shut-out.ts';

export interface RemoveMemberInput {
  groupId: string;
  userId: string;
  reason?: string | null | undefined;
}

/**
 * Removes somebody from a group, and bans them until the ban is lifted: otherwise they could rejoin an open
 * group at once.
 */
export async function removeMember(
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId, userId, reason = null }: RemoveMemberInput,
): Promise<void> {
  await deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const { actor, target } = await actorAndTarget(stores, group, { actorId, userId });
    assertActive(group, actor, ['groupId']);
    assertMayRemove(actor, target);
    await shutOut(deps, stores, group, { userId, actorId, reason, until: null, member: target });
  });
}
