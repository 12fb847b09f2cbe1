import { assertMayRemove } from '../domain/membership.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { dismissMember } from './dismiss-member.ts';
import { lockGroup } from './lock-group.ts';
import { actorAndTarget } from './members-of-group.ts';

export interface RemoveMemberInput {
  groupId: string;
  userId: string;
  reason?: string | null | undefined;
}

/** Puts somebody out of a group. */
export async function removeMember(
  { transaction, newId, clock }: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId, userId, reason = null }: RemoveMemberInput,
): Promise<void> {
  await transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const { actor, target } = await actorAndTarget(stores, group, { actorId, userId });
    assertMayRemove(actor, target);
    await dismissMember(stores, target, reason);
    await stores.audit.record({
      id: newId('aud'),
      groupId,
      actorId,
      action: 'MEMBER_REMOVED',
      targetId: userId,
      reason,
      occurredAt: clock(),
    });
  });
}
