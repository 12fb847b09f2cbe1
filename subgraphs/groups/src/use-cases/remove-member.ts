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
 * Puts somebody out of a group, and keeps them out until the ban is lifted: out of an open group they
 * would walk back in at once.
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
