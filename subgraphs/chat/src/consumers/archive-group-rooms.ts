import { announceRoom } from '../use-cases/change-room.ts';
import { inRoomsOfGroup } from '../use-cases/rooms-of-group.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * When a group is archived, all of its rooms are closed: they stay readable, and their subscribers are
 * notified.
 */
export const archiveGroupRooms = chatConsumer({
  name: 'archive-group-rooms',
  consumes: 'groups.GroupArchived',
  handle: async ({ event: { groupId }, occurredAt }, stores, from) => {
    await stores.groups.lock(groupId);
    await stores.groups.archive(groupId);
    return inRoomsOfGroup(stores, groupId, from, async (roomIds) => {
      const closed = await stores.rooms.archiveOpen(roomIds, occurredAt);
      for (const room of closed) await announceRoom(stores, room, ['archivedAt']);
    });
  },
});
