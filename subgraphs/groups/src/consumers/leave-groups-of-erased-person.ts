import { isArchived } from '../domain/group.ts';
import { archive } from '../use-cases/archive-group.ts';
import { changeRole } from '../use-cases/change-role.ts';
import { closeJoinRequest } from '../use-cases/close-join-request.ts';
import { dismissMember } from '../use-cases/dismiss-member.ts';
import { writeAudit } from '../use-cases/write-audit.ts';
import { type ConsumerDeps, type ConsumerStores, groupsConsumer } from './define-consumer.ts';

/**
 * An erased person leaves their groups, one per transaction. If they were a group's last owner, the
 * longest-standing member of the highest role becomes the owner; with nobody left the group is archived.
 * Their pending requests are withdrawn.
 */
export const leaveGroupsOfErasedPerson = (deps: ConsumerDeps) =>
  groupsConsumer({
    name: 'leave-groups-of-erased-person',
    consumes: 'users.UserErased',
    handle: async ({ event: { userId } }, stores, from) => {
      const next = await stores.members.nextOf(userId, from ?? null);
      if (!next) return withdrawNext(deps, stores, { userId, from });
      const group = await stores.groups.lock(next.groupId);
      const member = await stores.members.find(next.groupId, userId);
      if (!group || !member) return next.groupId;
      const groupId = group.id;
      const isLastOwner =
        member.role === 'OWNER' && (await stores.members.countOwners(groupId)) <= 1;
      if (isLastOwner && !isArchived(group)) {
        const nextOwner = await stores.members.nextOwner(groupId, member.id);
        const targetId = nextOwner?.userId ?? null;
        if (nextOwner) await changeRole(stores, nextOwner, 'OWNER');
        else await archive(deps, stores, groupId);
        const action = nextOwner ? 'TRANSFERRED' : 'ARCHIVED';
        await writeAudit(deps, stores, { groupId, actorId: null, action, targetId });
      }
      await dismissMember(stores, member, { change: 'LEFT' });
      await writeAudit(deps, stores, { groupId, actorId: userId, action: 'MEMBER_LEFT' });
      return groupId;
    },
    skip: async ({ event: { userId } }, { members, requests }, from) => {
      const next = await members.nextOf(userId, from ?? null);
      if (next) return next.groupId;
      const request = await requests.nextPendingOf(userId, requestAfter(from));
      return request ? `${REQUESTS}${request.id}` : undefined;
    },
  });

/** Greater than every id of a group: all memberships are done. */
const REQUESTS = 'requests';

const requestAfter = (from: string | undefined) =>
  from?.startsWith(REQUESTS) ? from.slice(REQUESTS.length) : '';

/** Withdraws the next of their requests after the id in `from`; each is examined once. */
async function withdrawNext(
  deps: ConsumerDeps,
  stores: ConsumerStores,
  { userId, from }: { userId: string; from: string | undefined },
): Promise<string | undefined> {
  const next = await stores.requests.nextPendingOf(userId, requestAfter(from));
  if (!next) return undefined;
  const group = await stores.groups.lock(next.groupId);
  const request = group && (await stores.requests.findPending(next.groupId, userId));
  if (group && request) {
    await closeJoinRequest(deps, stores, group, request, { status: 'WITHDRAWN' });
  }
  return `${REQUESTS}${next.id}`;
}
