import type { TransactionTools } from '@souk/runtime/events';
import type { Group } from '../domain/group.ts';
import type { Membership } from '../domain/membership.ts';
import type { Stores } from '../persistence/stores.ts';
import { closeJoinRequest } from './close-join-request.ts';
import type { GroupsDeps } from './deps.ts';
import { dismissMember } from './dismiss-member.ts';
import { notifyMember } from './notify-member.ts';
import { writeAudit } from './write-audit.ts';

/** Records a ban; returns its id. The caller holds the group's lock. */
export async function shutOut(
  deps: Pick<GroupsDeps, 'newId' | 'clock'>,
  stores: Stores & TransactionTools,
  group: Pick<Group, 'id' | 'name'>,
  given: {
    userId: string;
    actorId: string;
    reason: string | null;
    until: Date | null;
    /** Their membership, which ends; null for a non-member. */
    member: Membership | null;
  },
): Promise<string> {
  const { userId, actorId, reason, until, member } = given;
  const groupId = group.id;
  const id = deps.newId('gban');
  if (member) await dismissMember(stores, member, { change: 'REMOVED', reason });
  else await notifyMember(stores, { groupId, userId, change: 'BANNED' });
  const asked = await stores.requests.findPending(groupId, userId);
  if (asked) {
    await closeJoinRequest(deps, stores, group, asked, { status: 'DECLINED', decidedBy: actorId });
  }
  const createdAt = deps.clock();
  await stores.bans.put({ id, groupId, userId, bannedBy: actorId, reason, createdAt, until });
  await writeAudit(deps, stores, {
    groupId,
    actorId,
    targetId: userId,
    reason,
    action: member ? 'MEMBER_REMOVED' : 'BANNED',
    details: until && `until ${until.toISOString()}`,
  });
  return id;
}
