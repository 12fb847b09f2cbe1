import { groupStream, type TransactionTools } from '@souk/runtime/events';
import type { Membership } from '../domain/membership.ts';
import type { Stores } from '../persistence/stores.ts';

/** Writes down that somebody is gone. The caller holds the group's lock and has decided. */
export async function dismissMember(
  { groups, members, events }: Pick<Stores & TransactionTools, 'groups' | 'members' | 'events'>,
  { id, groupId, userId }: Membership,
  reason: string | null,
): Promise<void> {
  await members.remove(id);
  await groups.addMembers(groupId, -1);
  await events.append({
    type: 'groups.MemberLeft',
    stream: groupStream(groupId),
    payload: { groupId, userId, reason },
  });
}
