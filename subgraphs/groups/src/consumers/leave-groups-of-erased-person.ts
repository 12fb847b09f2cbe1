import { isArchived } from '../domain/group.ts';
import { archive } from '../use-cases/archive-group.ts';
import { changeRole } from '../use-cases/change-role.ts';
import { closeJoinRequest } from '../use-cases/close-join-request.ts';
import { dismissMember } from '../use-cases/dismiss-member.ts';
import { writeAudit } from '../use-cases/write-audit.ts';
import { type ConsumerDeps, type ConsumerStores, groupsConsumer } from './define-consumer.ts';

/**
 * Who is no more leaves their groups, one in each transaction. Of a group whose last owner that was,
 * whoever ranks highest and has been in it longest becomes the owner; with nobody left it is archived. What
 * they had asked for is taken back.
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
  });

/** Behind every id of a group: all memberships are done with. */
const REQUESTS = 'requests';

/** Takes the next of their requests back, after that with the id in `from`; each is looked at once. */
async function withdrawNext(
  deps: ConsumerDeps,
  stores: ConsumerStores,
  { userId, from }: { userId: string; from: string | undefined },
): Promise<string | undefined> {
  const after = from?.startsWith(REQUESTS) ? from.slice(REQUESTS.length) : '';
  const next = await stores.requests.nextPendingOf(userId, after);
  if (!next) return undefined;
  const group = await stores.groups.lock(next.groupId);
  const request = group && (await stores.requests.findPending(next.groupId, userId));
  if (group && request) {
    await closeJoinRequest(deps, stores, group, request, { status: 'WITHDRAWN' });
  }
  return `${REQUESTS}${next.id}`;
}
