import { assertActive, assertMayMute } from '../domain/membership.ts';
import { announceMute } from './announce-mute.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { lockGroup } from './lock-group.ts';
import { actorAndTarget } from './members-of-group.ts';
import { writeAudit } from './write-audit.ts';

/** Lets a member post again; resolves to the membership's id. Who was not silenced stays so. */
export const unmuteMember = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupId, userId }: { groupId: string; userId: string },
): Promise<string> =>
  deps.transaction(async (stores) => {
    const group = await lockGroup(stores, groupId, ['groupId']);
    const { actor, target } = await actorAndTarget(stores, group, { actorId, userId });
    assertActive(group, actor, ['groupId']);
    assertMayMute(actor, target);
    if (!target.mute) return target.id;
    await stores.members.setMute(target.id, null);
    await writeAudit(deps, stores, { groupId, actorId, action: 'UNMUTED', targetId: userId });
    await announceMute(stores, target, null);
    return target.id;
  });
