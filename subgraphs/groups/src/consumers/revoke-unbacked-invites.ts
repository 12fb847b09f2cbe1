import { type GroupRole, mayInviteAs } from '../domain/roles.ts';
import { closeInvite } from '../use-cases/close-invite.ts';
import { type ConsumerStores, groupsConsumer } from './define-consumer.ts';

/** So many invitations are looked at in one transaction, which has to end well before its time is over. */
const AT_ONCE = 100;

/** Who left a group invites nobody into it any more. */
export const revokeInvitesOfLeaver = groupsConsumer({
  name: 'revoke-invites-of-leaver',
  consumes: 'groups.MemberLeft',
  handle: ({ event }, stores, from) => revokeUnbacked(stores, event, from),
});

/** Who has a lesser role invites as less. */
export const revokeInvitesOfDemoted = groupsConsumer({
  name: 'revoke-invites-of-demoted',
  consumes: 'groups.MemberRoleChanged',
  handle: ({ event }, stores, from) => revokeUnbacked(stores, event, from),
});

/**
 * By the inviter's role of now, whatever the event said: nobody gets in by an invitation meanwhile, as
 * each use asks the same.
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
