import {
  assertMayInvite,
  checkedInvites,
  endOfInvite,
  type RequestedInvites,
} from '../domain/invite.ts';
import { assertActive } from '../domain/membership.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { inviteByMail } from './invite-by-mail.ts';
import { invitePeople } from './invite-people.ts';
import { lockGroup } from './lock-group.ts';
import { newInviteCode } from './new-invite-code.ts';
import { writeAudit } from './write-audit.ts';

export interface InviteToGroupInput extends RequestedInvites {
  groupId: string;
  expiresAt?: Date | null | undefined;
  idempotencyKey: string;
}

/**
 * Invites people, mails addresses or, with neither, creates a code for anybody; resolves to the invitations'
 * ids, and whether they had been created before.
 */
export const inviteToGroup = (
  deps: GroupsDeps,
  { userId: actorId }: Actor,
  { idempotencyKey: key, ...input }: InviteToGroupInput,
): Promise<{ ids: readonly string[]; replayed: boolean }> =>
  deps.transaction(async (stores) => {
    const { groupId } = input;
    const request = { scope: `inviteToGroup:${actorId}`, key, input };
    const { result: ids, replayed } = await stores.idempotency.once(request, async () => {
      const { userIds, emails, role, maxUses } = checkedInvites(input);
      const group = await lockGroup(stores, groupId, ['input', 'groupId']);
      const actor = await stores.members.find(groupId, actorId);
      assertActive(group, actor, ['input', 'groupId']);
      assertMayInvite(actor, role);
      const now = deps.clock();
      const expiresAt = endOfInvite(input.expiresAt, now);
      await countUse(deps, stores, actorId, 'invites', Math.max(1, userIds.length + emails.length));
      const by = { inviterId: actorId, inviterRole: actor.role };
      const invitation = { group, ...by, role, expiresAt };
      if (userIds.length === 0 && emails.length === 0) {
        const invite = {
          id: deps.newId('inv'),
          code: newInviteCode(),
          groupId,
          inviterId: actorId,
          inviteeId: null,
          inviteeEmail: null,
          role,
          maxUses,
          uses: 0,
          status: 'PENDING' as const,
          expiresAt,
          createdAt: now,
        };
        await stores.invites.insert([invite]);
        const details = maxUses === null ? 'by code' : `by code, ${maxUses} times`;
        await writeAudit(deps, stores, { groupId, actorId, action: 'INVITED', details });
        return [invite.id];
      }
      return [
        ...(await invitePeople(deps, stores, invitation, userIds, 'userIds')),
        ...(await inviteByMail(deps, stores, invitation, emails)),
      ];
    });
    return { ids, replayed };
  });
