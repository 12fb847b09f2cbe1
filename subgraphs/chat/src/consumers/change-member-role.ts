import { announceStanding } from '../use-cases/announce-standing.ts';
import { bringIn } from '../use-cases/change-participants.ts';
import { inRoomsOfGroup } from '../use-cases/rooms-of-group.ts';
import { chatConsumer } from './define-consumer.ts';

/**
 * What a member may do in the group's rooms depends on their role. This event may come before the news that
 * they joined, which then does nothing: so a member who is not in the rooms yet is added here.
 */
export const changeMemberRole = chatConsumer({
  name: 'change-member-role',
  consumes: 'groups.MemberRoleChanged',
  handle: async ({ event, sequence, occurredAt }, stores, from) => {
    const { groupId, userId, role } = event;
    await stores.groups.lock(groupId);
    if (!(await stores.groups.apply({ groupId, userId, role, sequence }))) return;
    const next = await inRoomsOfGroup(stores, groupId, from, (roomIds) =>
      bringIn(stores, roomIds, [userId], occurredAt),
    );
    if (next === undefined) await announceStanding(stores, { groupId, userId });
    return next;
  },
});
