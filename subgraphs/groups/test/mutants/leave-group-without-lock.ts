import { setTimeout as delay } from 'node:timers/promises';
import { notFound } from '@souk/runtime/domain';
import { assertMayLeave, assertMember } from '../../src/domain/membership.ts';
import { dismissMember } from '../../src/use-cases/dismiss-member.ts';
import type { leaveGroup } from '../../src/use-cases/leave-group.ts';

/** Both leavers have looked before either writes: what happens sooner or later in production. */
const LOOKING_MS = 50;

/** The naive way: reads the group without locking it, then decides, then writes. */
export const leaveGroupWithoutLock =
  (): typeof leaveGroup =>
  (deps, { userId }, { groupId }) =>
    deps.transaction(async (stores) => {
      const [group] = await stores.groups.findMany([groupId]);
      if (!group) throw notFound('Group');
      const member = await stores.members.find(groupId, userId);
      assertMember(group, member, ['groupId']);
      assertMayLeave(group, member, await stores.members.countOwners(groupId));
      await delay(LOOKING_MS);
      await dismissMember(stores, member, { change: 'LEFT' });
    });
