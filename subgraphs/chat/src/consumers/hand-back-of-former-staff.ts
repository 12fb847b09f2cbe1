import { scopesOfRoles } from '@souk/runtime/domain';
import { handBack } from '../use-cases/hand-back-support.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * A person who is no longer on the staff cannot read what staff were asked any more, nor do messages they
 * scheduled or left unfinished say something that only staff may.
 */
export const handBackOfFormerStaff = chatConsumer({
  name: 'hand-back-of-former-staff',
  consumes: 'users.RolesChanged',
  handle: async ({ event: { userId, roles }, occurredAt }, stores) => {
    const scopes = scopesOfRoles(roles);
    if (!scopes.has('chat:moderate')) {
      await stores.scheduledMessages.noLongerAsStaff(userId);
      await stores.messageEdits.noLongerAsStaff(userId);
    }
    if (scopes.has('chat:support')) return undefined;
    const rest = await handBack(stores, { userIds: [userId], sellerId: null, at: occurredAt });
    return rest[0];
  },
});
