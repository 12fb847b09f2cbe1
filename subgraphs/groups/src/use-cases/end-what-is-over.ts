import { isInForce } from '../domain/ban.ts';
import { statusAt } from '../domain/invite.ts';
import { isMuted } from '../domain/mute.ts';
import type { Stores } from '../persistence/stores.ts';
import { closeInvite } from './close-invite.ts';
import type { GroupsDeps } from './deps.ts';
import { tellOfMute } from './tell-of-mute.ts';
import { writeAudit } from './write-audit.ts';

/** So many are looked for in one round; what is left is taken in the next. */
const AT_ONCE = 200;

/**
 * Takes away the bans and mutes whose time is over, and closes such invitations, each in a transaction of
 * its own. They count no more from their moment on, whenever this comes by; what it
 * adds is that everybody is told.
 */
export async function endWhatIsOver(
  deps: GroupsDeps,
  { members, bans, invites }: Pick<Stores, 'members' | 'bans' | 'invites'>,
): Promise<number> {
  const now = deps.clock();
  const muted = await members.mutedUntil(now, AT_ONCE);
  for (const { groupId, userId } of muted) await endMute(deps, { groupId, userId });
  const banned = await bans.over(now, AT_ONCE);
  for (const { groupId, userId } of banned) await endBan(deps, { groupId, userId });
  const open = await invites.over(now, AT_ONCE);
  for (const { id, groupId } of open) await endInvite(deps, { id, groupId });
  return muted.length + banned.length + open.length;
}

interface Named {
  groupId: string;
  userId: string;
}

/** Under the group's lock, as a newer mute may have come in its place. */
const endMute = (deps: GroupsDeps, { groupId, userId }: Named) =>
  deps.transaction(async (stores) => {
    await stores.groups.lock(groupId);
    const member = await stores.members.find(groupId, userId);
    if (!member?.mute || isMuted(member.mute, deps.clock())) return;
    await stores.members.setMute(member.id, null);
    await writeAudit(deps, stores, { groupId, actorId: null, action: 'UNMUTED', targetId: userId });
    await tellOfMute(stores, member, null);
  });

const endBan = (deps: GroupsDeps, { groupId, userId }: Named) =>
  deps.transaction(async (stores) => {
    await stores.groups.lock(groupId);
    const ban = await stores.bans.find(groupId, userId);
    if (!ban || isInForce(ban, deps.clock())) return;
    await stores.bans.lift(groupId, userId);
    await writeAudit(deps, stores, {
      groupId,
      actorId: null,
      action: 'UNBANNED',
      targetId: userId,
    });
  });

const endInvite = (deps: GroupsDeps, { id, groupId }: { id: string; groupId: string }) =>
  deps.transaction(async (stores) => {
    await stores.groups.lock(groupId);
    const [invite] = await stores.invites.findMany([id]);
    if (invite?.status !== 'PENDING' || statusAt(invite, deps.clock()) !== 'EXPIRED') return;
    await closeInvite(stores, invite, { status: 'EXPIRED' });
  });
