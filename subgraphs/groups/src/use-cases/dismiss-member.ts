import { groupStream, type TransactionTools } from '@souk/runtime/events';
import type { Membership } from '../domain/membership.ts';
import type { Stores } from '../persistence/stores.ts';
import { notifyMember } from './notify-member.ts';

/** Records that somebody is gone. The caller holds the group's lock and has checked permission. */
export async function dismissMember(
  stores: Stores & TransactionTools,
  { id, groupId, userId, mute }: Membership,
  { change, reason = null }: { change: 'LEFT' | 'REMOVED'; reason?: string | null },
): Promise<void> {
  await stores.members.remove(id);
  // Leaving and coming back must not end a mute.
  if (mute) await stores.members.keepMute(groupId, userId, mute);
  await stores.groups.addMembers(groupId, -1);
  await stores.events.append({
    type: 'groups.MemberLeft',
    stream: groupStream(groupId),
    payload: { groupId, userId, reason },
  });
  await notifyMember(stores, { groupId, userId, change });
}
