import type { TransactionTools } from '@souk/runtime/events';
import { assertActive, assertMayMute, type Membership } from '../domain/membership.ts';
import { assertMuteEndsLater } from '../domain/mute.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceMute } from './announce-mute.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { actorAndTarget } from './members-of-group.ts';
import { writeAudit } from './write-audit.ts';

export interface MemberToMute {
  groupId: string;
  userId: string;
}

export interface MuteMemberInput extends MemberToMute {
  reason?: string | null | undefined;
  until?: Date | null | undefined;
}

/** Mutes a member, replacing an existing mute; resolves to the membership's id. */
export const muteMember = (
  deps: GroupsDeps,
  actor: Actor,
  { reason = null, until = null, ...named }: MuteMemberInput,
): Promise<string> =>
  deps.transaction(async (stores) => {
    const target = await memberToMute(stores, actor, named);
    assertMuteEndsLater(until, deps.clock());
    await countUse(deps, stores, actor.userId, 'changes');
    const mute = { since: deps.clock(), until, reason };
    await stores.members.setMute(target.id, mute);
    await writeAudit(deps, stores, {
      groupId: named.groupId,
      actorId: actor.userId,
      targetId: named.userId,
      reason,
      action: 'MUTED',
      details: until && `until ${until.toISOString()}`,
    });
    await announceMute(stores, target, mute);
    return target.id;
  });

/** Unmutes a member; resolves to the membership's id. For somebody who was not muted nothing changes. */
export const unmuteMember = (
  deps: GroupsDeps,
  actor: Actor,
  named: MemberToMute,
): Promise<string> =>
  deps.transaction(async (stores) => {
    const target = await memberToMute(stores, actor, named);
    if (target.mute) await liftMute(deps, stores, target, actor.userId);
    return target.id;
  });

/**
 * Removes a mute. The caller holds the group's lock and has checked permission; an expired one was lifted by
 * nobody.
 */
export async function liftMute(
  deps: Pick<GroupsDeps, 'newId' | 'clock'>,
  stores: Stores & TransactionTools,
  member: Membership,
  actorId: string | null,
): Promise<void> {
  const { id, groupId, userId: targetId } = member;
  await stores.members.setMute(id, null);
  await writeAudit(deps, stores, { groupId, actorId, action: 'UNMUTED', targetId });
  await announceMute(stores, member, null);
}

/** The member whom the actor may mute, in their group, which is locked from then on. */
async function memberToMute(
  stores: Stores,
  { userId: actorId }: Actor,
  { groupId, userId }: MemberToMute,
): Promise<Membership> {
  const group = await lockGroup(stores, groupId, ['groupId']);
  const { actor, target } = await actorAndTarget(stores, group, { actorId, userId });
  assertActive(group, actor, ['groupId']);
  assertMayMute(actor, target);
  return target;
}
