import { isIdOf, notFound } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import type { GroupBan } from '../domain/ban.ts';
import { may } from '../domain/roles.ts';
import type { Stores } from '../persistence/stores.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { notifyMember } from './notify-member.ts';
import { writeAudit } from './write-audit.ts';

/** Lets somebody come back by themselves; resolves to the group's id. */
export const unbanFromGroup = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupBanId }: { groupBanId: string },
): Promise<string> =>
  deps.transaction(async (stores) => {
    const { groups, bans, members } = stores;
    // The banned user is shown only to those who decide bans.
    const banToDecide = async () => {
      const [ban] = isIdOf('gban', groupBanId) ? await bans.findMany([groupBanId]) : [];
      const actor = ban ? await members.find(ban.groupId, actorId) : null;
      if (ban && actor && may(actor.role, 'MANAGE_MEMBERS')) return ban;
      throw notFound('GroupBan', ['groupBanId']);
    };
    await groups.lock((await banToDecide()).groupId);
    // Before we got the lock, another ban may have replaced it, or the viewer may have lost the right.
    const ban = await banToDecide();
    await countUse(deps, stores, actorId, 'changes');
    await liftBan(deps, stores, ban, actorId);
    return ban.groupId;
  });

/**
 * Removes a ban. The caller holds the group's lock and has checked permission; an expired one was lifted by
 * nobody.
 */
export async function liftBan(
  deps: Pick<GroupsDeps, 'newId' | 'clock'>,
  stores: Stores & TransactionTools,
  { id, groupId, userId }: GroupBan,
  actorId: string | null,
): Promise<void> {
  await stores.bans.remove(id);
  await writeAudit(deps, stores, { groupId, actorId, action: 'UNBANNED', targetId: userId });
  await notifyMember(stores, { groupId, userId, change: 'UNBANNED' });
}
