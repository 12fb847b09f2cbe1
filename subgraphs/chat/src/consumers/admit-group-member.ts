import { bringIn } from '../use-cases/change-participants.ts';
import { inRoomsOfGroup } from '../use-cases/rooms-of-group.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * New members are added to every room of their group. An event older than what is known of the membership
 * does nothing, so a late "joined" cannot undo a "left".
 */
export const admitGroupMember = chatConsumer({
  name: 'admit-group-member',
  consumes: 'groups.MemberJoined',
  handle: async ({ event, sequence, occurredAt }, stores, from) => {
    const { groupId, userId, role } = event;
    await stores.groups.lock(groupId);
    if (!(await stores.groups.apply({ groupId, userId, role, sequence }))) return;
    return inRoomsOfGroup(stores, groupId, from, (roomIds) =>
      bringIn(stores, roomIds, [userId], occurredAt),
    );
  },
});
