import type { Group } from '../domain/group.ts';
import { type GroupInvite, statusAt } from '../domain/invite.ts';
import { type GroupRole, mayInviteAs } from '../domain/roles.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';
import { newInviteCode } from './new-invite-code.ts';

/** What all invitations of one call share. */
export interface Invitation extends Pick<GroupInvite, 'inviterId' | 'role'> {
  group: Pick<Group, 'id' | 'name'>;
  expiresAt: Date;
  /** The inviter's membership of the group. */
  inviterRole: GroupRole;
}

/** An inviter who could not have created an existing invitation may not downgrade it either. */
const mayRenew = (
  before: GroupInvite,
  { inviterId, inviterRole }: Pick<Invitation, 'inviterId' | 'inviterRole'>,
  now: Date,
): boolean =>
  before.inviterId === inviterId ||
  statusAt(before, now) !== 'PENDING' ||
  mayInviteAs(inviterRole, before.role);

/**
 * A person's one pending invitation: the one they had `before`, with the new role and end if the inviter may
 * give the one it has, or a new one. People are notified of it once, when it `isNews`.
 */
export async function offerInvite(
  { newId, clock }: Pick<GroupsDeps, 'newId' | 'clock'>,
  { invites }: Pick<Stores, 'invites'>,
  invitation: Invitation,
  before: GroupInvite | undefined,
  invitee: Pick<GroupInvite, 'inviteeId' | 'inviteeEmail'>,
): Promise<{ id: string; code: string; isNews: boolean }> {
  const { group, inviterId, role, expiresAt } = invitation;
  const now = clock();
  if (before) {
    const { id, code } = before;
    if (!mayRenew(before, invitation, now)) return { id, code, isNews: false };
    await invites.update(id, { inviterId, role, expiresAt });
    return { id, code, isNews: statusAt(before, now) !== 'PENDING' };
  }
  const { id, code } = { id: newId('inv'), code: newInviteCode() };
  await invites.insert([
    {
      ...{ id, code, groupId: group.id, inviterId, role, ...invitee },
      status: 'PENDING',
      maxUses: 1,
      uses: 0,
      expiresAt,
      createdAt: now,
    },
  ]);
  return { id, code, isNews: true };
}
