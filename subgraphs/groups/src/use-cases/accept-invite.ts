import { isIdOf, notFound } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { isInForce } from '../domain/ban.ts';
import { banned, inviteInvalid } from '../domain/errors.ts';
import { assertHasSeat, type Group, isArchived } from '../domain/group.ts';
import {
  assertBacked,
  assertUsable,
  type GroupInvite,
  isFor,
  isForAnybody,
} from '../domain/invite.ts';
import type { Stores } from '../persistence/stores.ts';
import { admitMember } from './admit-member.ts';
import { closeInvite } from './close-invite.ts';
import { countUse } from './count-use.ts';
import type { GroupsDeps } from './deps.ts';

/** How an invitation is identified. */
export type InviteKey = { id: string } | { code: string };

/** The invitation and its group, locked; null when there is none that this person can answer. */
export async function lockInvite(
  { invites, addresses, groups }: Pick<Stores, 'invites' | 'addresses' | 'groups'>,
  userId: string,
  key: InviteKey,
): Promise<{ invite: GroupInvite; group: Group } | null> {
  const find = async () => {
    if ('code' in key) return (await invites.findManyByCode([key.code]))[0];
    return isIdOf('inv', key.id) ? (await invites.findMany([key.id]))[0] : undefined;
  };
  const before = await find();
  const group = before ? await groups.lock(before.groupId) : null;
  // Before we got the lock, somebody else may have used or revoked it.
  const invite = group ? await find() : undefined;
  if (!group || !invite) return null;
  const [address] = await addresses.findMany([userId]);
  // Ids appear in lists and events: only the code of an open invitation lets anybody in.
  const mayAnswer =
    ('code' in key && isForAnybody(invite)) ||
    isFor(invite, { userId, email: address?.email ?? null });
  return mayAnswer ? { invite, group } : null;
}

/** Adds a person through an invitation that they can use; resolves to their membership's id. */
export async function acceptInvite(
  deps: Pick<GroupsDeps, 'newId' | 'clock' | 'config'>,
  stores: Stores & TransactionTools,
  { invite, group }: { invite: GroupInvite; group: Group },
  userId: string,
): Promise<string> {
  const { members, bans, invites } = stores;
  const now = deps.clock();
  const member = await members.find(group.id, userId);
  if (member) return member.id;
  if (isArchived(group)) throw inviteInvalid('REVOKED');
  assertUsable(invite, now);
  assertBacked(invite, await members.find(group.id, invite.inviterId));
  const ban = await bans.find(group.id, userId);
  if (ban && isInForce(ban, now)) throw banned(ban.until);
  assertHasSeat(group);
  // As in `joinGroup`: a code may be used by the same person again and again.
  await countUse(deps, stores, userId, 'changes');
  if (isForAnybody(invite)) {
    const uses = invite.uses + 1;
    const isUsedUp = invite.maxUses !== null && uses >= invite.maxUses;
    await invites.update(invite.id, { uses, ...(isUsedUp ? { status: 'ACCEPTED' } : {}) });
  } else {
    await closeInvite(stores, invite, { status: 'ACCEPTED', by: userId });
  }
  return admitMember(deps, stores, group, { userId, role: invite.role, actorId: userId });
}

export const inviteNotFound = (path: readonly string[]) => notFound('GroupInvite', path);
