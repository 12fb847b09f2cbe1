import { checkEach, isFresh, notFound } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import { isInForce } from '../domain/ban.ts';
import { alreadyMember, inviteeBanned } from '../domain/errors.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';
import { type Invitation, offerInvite } from './offer-invite.ts';
import { writeAudit } from './write-audit.ts';

/**
 * Invites people by their accounts. A person with a pending invitation keeps that one, with the new role and
 * end if the inviter may give the one it has, and is not notified again. The caller holds the group's lock.
 */
export async function invitePeople(
  deps: Pick<GroupsDeps, 'newId' | 'clock'>,
  stores: Stores & TransactionTools,
  invitation: Invitation,
  userIds: readonly string[],
  field: string,
): Promise<string[]> {
  if (userIds.length === 0) return [];
  const { group, inviterId, role } = invitation;
  const groupId = group.id;
  const now = deps.clock();
  await assertInvitable(stores, groupId, { userIds, field, now });
  await assertKnown(stores, userIds, { field, now });
  const waiting = await stores.invites.pendingFor(groupId, userIds);
  const ids: string[] = [];
  for (const userId of userIds) {
    const before = waiting.find(({ inviteeId }) => inviteeId === userId);
    const invitee = { inviteeId: userId, inviteeEmail: null };
    const { id, isNews } = await offerInvite(deps, stores, invitation, before, invitee);
    ids.push(id);
    if (!isNews) continue;
    await writeAudit(deps, stores, {
      groupId,
      actorId: inviterId,
      action: 'INVITED',
      targetId: userId,
      details: role,
    });
    await notifyInvited(stores, invitation, { inviteId: id, userId });
  }
  return ids;
}

export const notifyInvited = async (
  { events }: Pick<TransactionTools, 'events'>,
  { group, inviterId, role, expiresAt }: Omit<Invitation, 'inviterRole'>,
  { inviteId, userId }: { inviteId: string; userId: string },
): Promise<void> => {
  await events.append({
    type: 'groups.InviteReceived',
    stream: userStream(userId),
    payload: {
      groupId: group.id,
      groupName: group.name,
      inviteId,
      userId,
      inviterId,
      role,
      expiresAt: expiresAt.toISOString(),
    },
  });
};

/** Throws for each of these people who is in the group, or is banned from it. */
async function assertInvitable(
  { members, bans }: Pick<Stores, 'members' | 'bans'>,
  groupId: string,
  { userIds, field, now }: { userIds: readonly string[]; field: string; now: Date },
): Promise<void> {
  const inside = new Set((await members.findManyIn(groupId, userIds)).map(({ userId }) => userId));
  const kept = (await bans.findManyIn(groupId, userIds)).filter((ban) => isInForce(ban, now));
  const out = new Set(kept.map(({ userId }) => userId));
  checkEach(userIds, (userId, index) => {
    if (inside.has(userId)) throw alreadyMember(['input', field, index]);
    if (out.has(userId)) throw inviteeBanned(['input', field, index]);
  });
}

/** Throws for each unknown person; the news of a recent registration may be on its way. */
async function assertKnown(
  { users }: Pick<Stores, 'users'>,
  userIds: readonly string[],
  { field, now }: { field: string; now: Date },
): Promise<void> {
  const known = new Set(await users.known(userIds));
  checkEach(userIds, (userId, index) => {
    if (!known.has(userId) && !isFresh(userId, now))
      throw notFound('User', ['input', field, index]);
  });
}
