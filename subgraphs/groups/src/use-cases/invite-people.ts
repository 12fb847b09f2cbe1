import { checkEach, isFresh, notFound } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import { isInForce } from '../domain/ban.ts';
import { alreadyMember, inviteeBanned } from '../domain/errors.ts';
import type { Group } from '../domain/group.ts';
import { type GroupInvite, statusAt } from '../domain/invite.ts';
import { type GroupRole, mayInviteAs } from '../domain/roles.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';
import { newInviteCode } from './new-invite-code.ts';
import { writeAudit } from './write-audit.ts';

/** What all invitations of one call have in common. */
export interface Invitation extends Pick<GroupInvite, 'inviterId' | 'role'> {
  group: Pick<Group, 'id' | 'name'>;
  expiresAt: Date;
  /** What the inviter is in the group. */
  inviterRole: GroupRole;
}

/** Who could not have made an invitation as it stands does not make it a lesser one. */
export const mayRenew = (
  before: GroupInvite,
  { inviterId, inviterRole }: Pick<Invitation, 'inviterId' | 'inviterRole'>,
): boolean => before.inviterId === inviterId || mayInviteAs(inviterRole, before.role);

/**
 * Invites people by their accounts. Who was invited before and has not answered keeps that one
 * invitation, with its new role and end if the inviter may give the one it has, and is not told again. The
 * caller holds the group's lock.
 */
export async function invitePeople(
  deps: Pick<GroupsDeps, 'newId' | 'clock'>,
  stores: Stores & TransactionTools,
  invitation: Invitation,
  userIds: readonly string[],
  field: string,
): Promise<string[]> {
  if (userIds.length === 0) return [];
  const { group, inviterId, role, expiresAt } = invitation;
  const groupId = group.id;
  const now = deps.clock();
  await assertInvitable(stores, groupId, { userIds, field, now });
  await assertKnown(stores, userIds, { field, now });
  const waiting = await stores.invites.pendingFor(groupId, userIds);
  const ids: string[] = [];
  for (const userId of userIds) {
    const before = waiting.find(({ inviteeId }) => inviteeId === userId);
    if (before && mayRenew(before, invitation)) {
      await stores.invites.update(before.id, { inviterId, role, expiresAt });
    }
    const id = before?.id ?? deps.newId('inv');
    ids.push(id);
    if (before && statusAt(before, now) === 'PENDING') continue;
    if (!before) {
      const code = newInviteCode();
      await stores.invites.insert([
        {
          ...{ id, code, groupId, inviterId, inviteeId: userId, inviteeEmail: null, role },
          ...{ status: 'PENDING', maxUses: 1, uses: 0, expiresAt, createdAt: now },
        },
      ]);
    }
    await writeAudit(deps, stores, {
      ...{ groupId, actorId: inviterId, action: 'INVITED', targetId: userId, details: role },
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
      ...{ groupId: group.id, groupName: group.name, inviteId, userId, inviterId, role },
      expiresAt: expiresAt.toISOString(),
    },
  });
};

/** Throws for each of these people who is in the group, or has to stay out of it. */
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

/** Throws for each of whom nobody has heard; the news of who has just registered may be on its way. */
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
