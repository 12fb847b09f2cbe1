import type { TransactionTools } from '@souk/runtime/events';
import type { Membership } from '../domain/membership.ts';
import type { Stores } from '../persistence/stores.ts';
import type { GroupsDeps } from './deps.ts';
import { dismissMember } from './dismiss-member.ts';

/** Writes down that somebody has to stay out; gives the ban's id. The caller holds the group's lock. */
export async function shutOut(
  { newId, clock }: Pick<GroupsDeps, 'newId' | 'clock'>,
  stores: Stores & TransactionTools,
  given: {
    groupId: string;
    userId: string;
    actorId: string;
    reason: string | null;
    until: Date | null;
    /** Their membership, which ends; null for somebody who is no member. */
    member: Membership | null;
  },
): Promise<string> {
  const { groupId, userId, actorId, reason, until, member } = given;
  const now = clock();
  const id = newId('gban');
  if (member) await dismissMember(stores, member, reason);
  await stores.bans.put({ id, groupId, userId, bannedBy: actorId, reason, createdAt: now, until });
  await stores.audit.record({
    id: newId('aud'),
    groupId,
    actorId,
    action: member ? 'MEMBER_REMOVED' : 'BANNED',
    targetId: userId,
    reason,
    occurredAt: now,
  });
  return id;
}
