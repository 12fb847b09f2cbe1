import { groupStream, type TransactionTools } from '@souk/runtime/events';
import type { Membership } from '../domain/membership.ts';
import type { Mute } from '../domain/mute.ts';
import { notifyMember } from './notify-member.ts';

/** Records that a member was muted, or may post again, for the group and for them. */
export async function announceMute(
  stores: Pick<TransactionTools, 'events'>,
  { id: memberId, groupId, userId, role, joinedAt }: Omit<Membership, 'mute'>,
  mute: Pick<Mute, 'until'> | null,
): Promise<void> {
  const stream = groupStream(groupId);
  const member = { groupId, memberId, userId, role, joinedAt: joinedAt.toISOString() };
  const until = mute?.until?.toISOString() ?? null;
  await stores.events.append(
    mute
      ? { type: 'groups.MemberMuted', stream, payload: { ...member, until } }
      : { type: 'groups.MemberUnmuted', stream, payload: member },
  );
  await notifyMember(stores, { groupId, userId, change: mute ? 'MUTED' : 'UNMUTED' });
}
