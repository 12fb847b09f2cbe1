import { groupStream, type TransactionTools } from '@souk/runtime/events';
import type { Membership } from '../domain/membership.ts';
import type { GroupRole } from '../domain/roles.ts';
import type { Stores } from '../persistence/stores.ts';
import { notifyMember } from './notify-member.ts';

/** Records a member's new role. The caller holds the group's lock and has checked permission. */
export async function changeRole(
  stores: Stores & TransactionTools,
  { id: memberId, groupId, userId, joinedAt, role: previousRole }: Membership,
  role: GroupRole,
): Promise<void> {
  await stores.members.setRole(memberId, role);
  await stores.events.append({
    type: 'groups.MemberRoleChanged',
    stream: groupStream(groupId),
    payload: {
      groupId,
      memberId,
      userId,
      role,
      previousRole,
      joinedAt: joinedAt.toISOString(),
    },
  });
  await notifyMember(stores, { groupId, userId, change: 'ROLE_CHANGED' });
}
