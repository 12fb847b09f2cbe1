import { oneByOne } from '@souk/runtime/process';
import { isInForce } from '../domain/ban.ts';
import { statusAt } from '../domain/invite.ts';
import { isMuted } from '../domain/mute.ts';
import type { Stores } from '../persistence/stores.ts';
import { closeInvite } from './close-invite.ts';
import type { GroupsDeps } from './deps.ts';
import { liftMute } from './mute-member.ts';
import { liftBan } from './unban-from-group.ts';

/** So many are looked for in one round; what is left is taken in the next. */
const AT_ONCE = 200;

/**
 * Takes away the bans and mutes whose time is over, and closes such invitations, each in a transaction of
 * its own: one that fails holds up no other. They count no more from their moment on, whenever this comes
 * by; what it adds is that people are notified.
 */
export async function endWhatIsOver(
  deps: GroupsDeps,
  { members, bans, invites }: Pick<Stores, 'members' | 'bans' | 'invites'>,
): Promise<number> {
  const now = deps.clock();
  const endings = [
    ...(await members.mutedUntil(now, AT_ONCE)).map((muted) => () => endMute(deps, muted)),
    ...(await bans.over(now, AT_ONCE)).map((ban) => () => endBan(deps, ban)),
    ...(await invites.over(now, AT_ONCE)).map((invite) => () => endInvite(deps, invite)),
  ];
  await oneByOne(endings, (end) => end());
  return endings.length;
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
    await liftMute(deps, stores, member, null);
  });

const endBan = (deps: GroupsDeps, { groupId, userId }: Named) =>
  deps.transaction(async (stores) => {
    await stores.groups.lock(groupId);
    const ban = await stores.bans.find(groupId, userId);
    if (!ban || isInForce(ban, deps.clock())) return;
    await liftBan(deps, stores, ban, null);
  });

const endInvite = (deps: GroupsDeps, { id, groupId }: { id: string; groupId: string }) =>
  deps.transaction(async (stores) => {
    await stores.groups.lock(groupId);
    const [invite] = await stores.invites.findMany([id]);
    if (invite?.status !== 'PENDING' || statusAt(invite, deps.clock()) !== 'EXPIRED') return;
    await closeInvite(stores, invite, { status: 'EXPIRED' });
  });
