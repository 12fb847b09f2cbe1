import { type TransactionTools, userStream } from '@souk/runtime/events';
import type { GroupInvite } from '../domain/invite.ts';
import type { Stores } from '../persistence/stores.ts';

export interface ClosedInvite {
  status: 'ACCEPTED' | 'DECLINED' | 'REVOKED' | 'EXPIRED';
  /** Who answered it. */
  by?: string;
}

/** Closes an invitation, deletes the address it was mailed to, and notifies the invited person. */
export async function closeInvite(
  { invites, events }: Pick<Stores & TransactionTools, 'invites' | 'events'>,
  { id: inviteId, groupId, inviteeId, inviteeEmail, uses }: GroupInvite,
  { status, by }: ClosedInvite,
): Promise<void> {
  await invites.update(inviteId, {
    status,
    ...(inviteeEmail === null ? {} : { inviteeEmail: '' }),
    ...(by === undefined ? {} : { inviteeId: by }),
    ...(status === 'ACCEPTED' ? { uses: uses + 1 } : {}),
  });
  const userId = by ?? inviteeId;
  if (userId === null || status === 'EXPIRED') return;
  await events.append({
    type: 'groups.InviteChanged',
    stream: userStream(userId),
    payload: { groupId, inviteId, userId, status },
  });
}
