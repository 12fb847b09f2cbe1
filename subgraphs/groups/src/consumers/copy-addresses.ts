import { canonicalEmail } from '@souk/runtime/domain';
import { notifyInvited } from '../use-cases/invite-people.ts';
import { type ConsumerDeps, groupsConsumer } from './define-consumer.ts';

/** The most invitations to one address of which its owner is notified; all are in their list. */
const AT_ONCE = 100;

/** A person who confirms an address is told of the invitations that were mailed to it. */
export const copyAddress = ({ clock }: ConsumerDeps) =>
  groupsConsumer({
    name: 'copy-address',
    consumes: 'users.EmailVerified',
    handle: async ({ event: { userId, email: written }, sequence }, stores) => {
      const email = canonicalEmail(written) ?? written;
      if (!(await stores.addresses.apply({ userId, email, sequence }))) return;
      const now = clock();
      for (const invite of await stores.invites.pendingAt(email, now, AT_ONCE)) {
        const [group] = await stores.groups.findMany([invite.groupId]);
        if (!group || !invite.expiresAt) continue;
        const invitation = { ...invite, group, expiresAt: invite.expiresAt };
        await notifyInvited(stores, invitation, { inviteId: invite.id, userId });
      }
    },
  });
