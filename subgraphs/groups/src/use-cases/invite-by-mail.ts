import { digestOf } from '@souk/runtime/domain';
import { mailboxOf, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';
import { notifyInvited } from './invite-people.ts';
import { inviteUrl } from './invite-url.ts';
import { type Invitation, offerInvite } from './offer-invite.ts';
import { writeAudit } from './write-audit.ts';

/**
 * Invites whoever confirms that an address is theirs. People who have done so are notified here, others by
 * mail; the inviter gets the same answer for both, and does not learn who they are. The caller holds the
 * group's lock.
 */
export async function inviteByMail(
  deps: Pick<GroupsDeps, 'newId' | 'clock' | 'config' | 'sealValue'>,
  stores: Stores & TransactionTools,
  invitation: Invitation,
  emails: readonly string[],
): Promise<string[]> {
  if (emails.length === 0) return [];
  const { group, inviterId, role, expiresAt } = invitation;
  const groupId = group.id;
  const now = deps.clock();
  const waiting = await stores.invites.pendingByMail(groupId, emails);
  const owners = await stores.addresses.findManyAt(emails);
  const ids: string[] = [];
  for (const email of emails) {
    const before = waiting.find(({ inviteeEmail }) => inviteeEmail === email);
    const invitee = { inviteeId: null, inviteeEmail: email };
    const { id, code, isNews } = await offerInvite(deps, stores, invitation, before, invitee);
    ids.push(id);
    if (!isNews) continue;
    const details = `${role}, by mail`;
    await writeAudit(deps, stores, { groupId, actorId: inviterId, action: 'INVITED', details });
    const owner = owners.find((one) => one.email === email);
    if (owner) {
      await notifyInvited(stores, invitation, { inviteId: id, userId: owner.userId });
    } else if (await mayBeMailed(stores, email, now)) {
      await stores.events.append({
        type: 'groups.InviteMailed',
        stream: mailboxOf(email),
        payload: {
          inviteId: id,
          inviterId,
          email,
          url: deps.sealValue('notifications', inviteUrl(deps.config, code)),
          expiresAt: expiresAt.toISOString(),
        },
      });
    }
  }
  return ids;
}

/** Mails of this kind to one address within a day, whoever requests them; the rest is not sent. */
const MAILS = { allowed: 5, windowSeconds: 86_400 };

/** Counted under a digest of the address, whose owner need not be known here. */
async function mayBeMailed(
  { quotas }: Pick<Stores, 'quotas'>,
  email: string,
  now: Date,
): Promise<boolean> {
  const mailbox = digestOf(email);
  const { windowSeconds } = MAILS;
  const { used } = await quotas.use(mailbox, 'invite-mails', { points: 1, windowSeconds, now });
  return used <= MAILS.allowed;
}
