import { groupStream, type TransactionTools } from '@souk/runtime/events';
import type { Group } from '../domain/group.ts';
import type { Membership } from '../domain/membership.ts';
import { isMuted } from '../domain/mute.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceMute } from './announce-mute.ts';
import { closeInvite } from './close-invite.ts';
import { closeJoinRequest } from './close-join-request.ts';
import type { GroupsDeps } from './deps.ts';
import { notifyMember } from './notify-member.ts';
import { writeAudit } from './write-audit.ts';

export interface Admission extends Pick<Membership, 'userId' | 'role'> {
  /** Who let them in: they themselves, or whoever answered their request. */
  actorId: string;
}

/**
 * Records that somebody joined, in whatever way: pending requests and invitations are settled by it, and an
 * expired ban is removed. The caller holds the group's lock and has checked permission.
 */
export async function admitMember(
  deps: Pick<GroupsDeps, 'newId' | 'clock'>,
  stores: Stores & TransactionTools,
  group: Pick<Group, 'id' | 'name'>,
  { userId, role, actorId }: Admission,
): Promise<string> {
  const { groups, members, bans, requests, events } = stores;
  const groupId = group.id;
  await bans.lift(groupId, userId);
  const asked = await requests.findPending(groupId, userId);
  if (asked) await closeJoinRequest(deps, stores, group, asked, { status: 'WITHDRAWN' });
  for (const invite of await stores.invites.pendingFor(groupId, [userId])) {
    await closeInvite(stores, invite, { status: 'ACCEPTED', by: userId });
  }
  const id = deps.newId('gmb');
  const membership = { id, groupId, userId, role, joinedAt: deps.clock() };
  await members.put(membership);
  await groups.addMembers(groupId, 1);
  await writeAudit(deps, stores, { groupId, actorId, action: 'MEMBER_JOINED', targetId: userId });
  await events.append({
    type: 'groups.MemberJoined',
    stream: groupStream(groupId),
    payload: { groupId, memberId: id, userId, role },
  });
  await notifyMember(stores, { groupId, userId, change: 'JOINED' });
  const mute = await members.takeKeptMute(groupId, userId);
  if (isMuted(mute, membership.joinedAt)) {
    await members.setMute(id, mute);
    await announceMute(stores, membership, mute);
  }
  return id;
}
