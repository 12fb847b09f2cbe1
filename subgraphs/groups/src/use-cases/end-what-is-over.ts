import { oneByOne, workThrough } from '@souk/runtime/process';
import { isInForce } from '../domain/ban.ts';
import { statusAt } from '../domain/invite.ts';
import { isMuted } from '../domain/mute.ts';
import type { Stores } from '../persistence/stores.ts';
import { closeInvite } from './close-invite.ts';
import type { GroupsDeps } from './deps.ts';
import { liftMute } from './mute-member.ts';
import { liftBan } from './unban-from-group.ts';

/**
 * Removes expired bans and mutes, and closes expired invitations, each in a transaction of its own, so that a
 * failure does not affect the others. They do not count from their end on, whenever this runs; what it adds
 * is that people are notified.
 */
export async function endWhatIsOver(
  deps: GroupsDeps,
  { members, bans, invites }: Pick<Stores, 'members' | 'bans' | 'invites'>,
  stopping?: AbortSignal,
): Promise<number> {
  const now = deps.clock();
  const keyOf = ({ groupId, userId }: Named) => `${groupId} ${userId}`;
  const kinds = [
    () =>
      workThrough({
        read: (limit) => members.mutedUntil(now, limit),
        work: (muted) => endMute(deps, muted),
        ...{ keyOf, stopping },
      }),
    () =>
      workThrough({
        read: (limit) => bans.over(now, limit),
        work: (ban) => endBan(deps, ban),
        ...{ keyOf, stopping },
      }),
    () =>
      workThrough({
        read: (limit) => invites.over(now, limit),
        work: (invite) => endInvite(deps, invite),
        keyOf: ({ id }) => id,
        stopping,
      }),
  ];
  let ended = 0;
  await oneByOne(kinds, async (end) => {
    ended += await end();
  });
  return ended;
}

interface Named {
  groupId: string;
  userId: string;
}

/** Under the group's lock, since a newer mute may have replaced it. */
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
