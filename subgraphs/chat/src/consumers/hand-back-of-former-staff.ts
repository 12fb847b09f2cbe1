import { scopesOfRoles } from '@souk/runtime/domain';
import { handBackAll } from '../use-cases/help-in-support-room.ts';
import { chatConsumer } from './define-consumer.ts';

/** A person who helped and is no longer on the staff cannot read the support rooms any more. */
export const handBackOfFormerStaff = chatConsumer({
  name: 'hand-back-of-former-staff',
  consumes: 'users.RolesChanged',
  handle: async ({ event: { userId, roles }, occurredAt }, stores) => {
    if (scopesOfRoles(roles).has('chat:support')) return;
    await handBackAll(stores, userId, occurredAt);
  },
});
