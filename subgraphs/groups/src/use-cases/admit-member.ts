import { groupStream, type TransactionTools } from '@souk/runtime/events';
import type { Membership } from '../domain/membership.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';

/** Writes down that somebody came in. The caller holds the group's lock and has decided. */
export async function admitMember(
  { newId, clock }: Pick<GroupsDeps, 'newId' | 'clock'>,
  { groups, members, events }: Pick<Stores & TransactionTools, 'groups' | 'members' | 'events'>,
  { groupId, userId, role }: Pick<Membership, 'groupId' | 'userId' | 'role'>,
): Promise<string> {
  const id = newId('gmb');
  await members.put({ id, groupId, userId, role, joinedAt: clock() });
  await groups.addMembers(groupId, 1);
  await events.append({
    type: 'groups.MemberJoined',
    stream: groupStream(groupId),
    payload: { groupId, memberId: id, userId, role },
  });
  return id;
}
