import { takeOut } from '../use-cases/change-participants.ts';
import { inRoomsOfGroup } from '../use-cases/rooms-of-group.ts';
import { chatConsumer } from './define-consumer.ts';

/** A member who left a group leaves its rooms, and their open streams of these end. Guarded by sequence. */
export const dismissGroupMember = chatConsumer({
  name: 'dismiss-group-member',
  consumes: 'groups.MemberLeft',
  handle: async ({ event, sequence }, stores, from) => {
    const { groupId, userId } = event;
    await stores.groups.lock(groupId);
    if (!(await stores.groups.apply({ groupId, userId, role: null, sequence }))) return;
    return inRoomsOfGroup(stores, groupId, from, (roomIds) => takeOut(stores, roomIds, [userId]));
  },
});
