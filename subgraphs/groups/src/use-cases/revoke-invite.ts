import { isIdOf } from '@souk/runtime/domain';
import { notAllowed } from '../domain/errors.ts';
import { isFor, mayRevoke } from '../domain/invite.ts';
import { inviteNotFound } from './accept-invite.ts';
import { closeInvite } from './close-invite.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { writeAudit } from './write-audit.ts';

/** Revokes an invitation; a closed one stays as it is. */
export const revokeInvite = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { groupInviteId }: { groupInviteId: string },
): Promise<void> =>
  deps.transaction(async (stores) => {
    const inviteToRevoke = async () => {
      const [invite] = isIdOf('inv', groupInviteId)
        ? await stores.invites.findMany([groupInviteId])
        : [];
      if (!invite) throw inviteNotFound(['groupInviteId']);
      const member = await stores.members.find(invite.groupId, actorId);
      if (mayRevoke(invite, member)) return invite;
      const [address] = await stores.addresses.findMany([actorId]);
      const sees = isFor(invite, { userId: actorId, email: address?.email ?? null });
      throw sees ? notAllowed(['groupInviteId']) : inviteNotFound(['groupInviteId']);
    };
    const { groupId } = await inviteToRevoke();
    await stores.groups.lock(groupId);
    // Before we got the lock, it may have been accepted, or the viewer may have lost the right.
    const invite = await inviteToRevoke();
    if (invite.status !== 'PENDING') return;
    await closeInvite(stores, invite, { status: 'REVOKED' });
    const targetId = invite.inviteeId;
    await writeAudit(deps, stores, { groupId, actorId, action: 'INVITE_REVOKED', targetId });
  });
