import { newId } from '@souk/runtime/domain';
import { openRoom } from '../use-cases/open-room.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * Each group has a general room from its start. Members whose event comes before that of the group are in it
 * too; a repeated event finds the room (one general room per group, by a unique index).
 */
export const openGeneralRoom = chatConsumer({
  name: 'open-general-room',
  consumes: 'groups.GroupCreated',
  handle: async ({ event, sequence, occurredAt }, stores) => {
    const { groupId, visibility, ownerId } = event;
    const { groups } = stores;
    await groups.lock(groupId);
    await groups.describe({ id: groupId, visibility, sequence });
    await groups.apply({ groupId, userId: ownerId, role: 'OWNER', sequence });
    const room = { id: newId('room'), kind: 'GROUP' as const, name: 'general', topic: null };
    await openRoom(
      stores,
      {
        ...room,
        groupId,
        directKey: null,
        isGeneral: true,
        createdBy: ownerId,
        createdAt: occurredAt,
      },
      await groups.memberIds(groupId),
    );
  },
});
