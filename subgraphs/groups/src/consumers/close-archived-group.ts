import { closeInvite } from '../use-cases/close-invite.ts';
import { closeJoinRequest } from '../use-cases/close-join-request.ts';
import { type ConsumerDeps, groupsConsumer } from './define-consumer.ts';

/** Requests and invitations closed in one transaction, which must end well within its time limit. */
const AT_ONCE = 100;

/** Nobody can join an archived group: everything that waited for an answer is closed. */
export const closeArchivedGroup = (deps: ConsumerDeps) =>
  groupsConsumer({
    name: 'close-archived-group',
    consumes: 'groups.GroupArchived',
    handle: async ({ event: { groupId } }, stores) => {
      const group = await stores.groups.lock(groupId);
      if (!group) return;
      const waiting = await stores.requests.pendingOf(groupId, AT_ONCE);
      for (const request of waiting) {
        await closeJoinRequest(deps, stores, group, request, { status: 'DECLINED' });
      }
      const open = await stores.invites.pendingIn(groupId, null, { after: null, limit: AT_ONCE });
      for (const invite of open) await closeInvite(stores, invite, { status: 'REVOKED' });
      return waiting.length + open.length > 0 ? groupId : undefined;
    },
  });
