import { setTimeout as delay } from 'node:timers/promises';
import { notFound } from '@souk/runtime/domain';
import { assertMayJoin } from '../../src/domain/membership.ts';
import { admitMember } from '../../src/use-cases/admit-member.ts';
import type { joinGroup } from '../../src/use-cases/join-group.ts';

/** All comers have looked before any of them writes: what happens sooner or later in production. */
const LOOKING_MS = 50;

/** The naive way: counts the seats without locking the group, then writes. */
export const joinGroupWithoutLock =
  (): typeof joinGroup =>
  (deps, { userId }, { groupId: asked }) =>
    deps.transaction(async (stores) => {
      const groupId = asked ?? '';
      const [group] = await stores.groups.findMany([groupId]);
      if (!group) throw notFound('Group');
      assertMayJoin(group, null, deps.clock());
      await delay(LOOKING_MS);
      const admission = { userId, role: 'MEMBER', actorId: userId } as const;
      return { groupId, memberId: await admitMember(deps, stores, group, admission) };
    });
