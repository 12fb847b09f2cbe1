import { takeOut } from '../use-cases/change-participants.ts';
import { chatConsumer } from './define-consumer.ts';

/** Who left a group leaves its rooms, and their open streams of them end. Guarded by sequence. */
export const dismissGroupMember = chatConsumer({
  name: 'dismiss-group-member',
  consumes: 'groups.MemberLeft',
  handle: async ({ event, sequence }, stores) => {
    const { groupId, userId } = event;
    await stores.groups.lock(groupId);
    if (!(await stores.groups.apply({ groupId, userId, role: null, sequence }))) return;
    for (const roomId of await stores.rooms.idsOfGroup(groupId)) {
      await takeOut(stores, roomId, [userId]);
    }
  },
});
