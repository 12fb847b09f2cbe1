import { scopesOfRoles } from '@souk/runtime/domain';
import { handBackAll } from '../use-cases/help-in-support-room.ts';
import { chatConsumer } from './define-consumer.ts';

/** Who helped and is no longer of the staff reads nothing more of what was asked. */
export const handBackOfFormerStaff = chatConsumer({
  name: 'hand-back-of-former-staff',
  consumes: 'users.RolesChanged',
  handle: async ({ event: { userId, roles }, occurredAt }, stores) => {
    if (scopesOfRoles(roles).has('chat:support')) return;
    await handBackAll(stores, userId, occurredAt);
  },
});
