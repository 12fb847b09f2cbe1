import { type GroupRole, mayInviteAs } from '../domain/roles.ts';
import { closeInvite } from '../use-cases/close-invite.ts';
import { type ConsumerStores, groupsConsumer } from './define-consumer.ts';

/** Invitations examined in one transaction, which must end well within its time limit. */
const AT_ONCE = 100;

/** The invitations of a person who left a group end. */
export const revokeInvitesOfLeaver = groupsConsumer({
  name: 'revoke-invites-of-leaver',
  consumes: 'groups.MemberLeft',
  handle: ({ event }, stores, from) => revokeUnbacked(stores, event, from),
});

/** The invitations of a person with a lesser role are limited to it. */
export const revokeInvitesOfDemoted = groupsConsumer({
  name: 'revoke-invites-of-demoted',
  consumes: 'groups.MemberRoleChanged',
  handle: ({ event }, stores, from) => revokeUnbacked(stores, event, from),
});

/**
 * Decided by the inviter's current role, whatever the event said: meanwhile nobody can use such an
 * invitation, since each use checks the same.
 */
async function revokeUnbacked(
  stores: ConsumerStores,
  { groupId, userId }: { groupId: string; userId: string },
  from: string | undefined,
): Promise<string | undefined> {
  await stores.groups.lock(groupId);
  const inviter = await stores.members.find(groupId, userId);
  const backs = (role: GroupRole) => inviter !== null && mayInviteAs(inviter.role, role);
  const page = { after: from ?? null, limit: AT_ONCE };
  const waiting = await stores.invites.pendingIn(groupId, userId, page);
  for (const invite of waiting) {
    if (!backs(invite.role)) await closeInvite(stores, invite, { status: 'REVOKED' });
  }
  return waiting.length < AT_ONCE ? undefined : waiting.at(-1)?.id;
}
