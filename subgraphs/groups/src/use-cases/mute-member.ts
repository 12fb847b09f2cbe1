import { assertActive, assertMayMute } from '../domain/membership.ts';
import { assertMuteEndsLater } from '../domain/mute.ts';
import { announceMute } from './announce-mute.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { actorAndTarget } from './members-of-group.ts';
import { writeAudit } from './write-audit.ts';

export interface MuteMemberInput {
  groupId: string;
  userId: string;
  reason?: string | null | undefined;
  until?: Date | null | undefined;
}

/** Silences a member, in place of a mute that is there already; resolves to the membership's id. */
export const muteMember = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId, userId, reason = null, until = null }: MuteMemberInput,
): Promise<string> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const { actor, target } = await actorAndTarget(stores, group, { actorId, userId });
    assertActive(group, actor, ['groupId']);
    assertMayMute(actor, target);
    assertMuteEndsLater(until, deps.clock());
    await countUse(deps, stores, actorId, 'changes');
    const mute = { since: deps.clock(), until, reason };
    await stores.members.setMute(target.id, mute);
    await writeAudit(deps, stores, {
      ...{ groupId, actorId, action: 'MUTED', targetId: userId, reason },
      details: until && `until ${until.toISOString()}`,
    });
    await announceMute(stores, target, mute);
    return target.id;
  });
