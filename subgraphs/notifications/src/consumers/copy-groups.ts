import { ASKING_KINDS, mayAnswer } from '../domain/answering.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { type ChangedStanding, followStanding } from '../use-cases/follow-standing.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** A member who joins without the right to admit others was asked nothing so far, and is asked nothing. */
const hasAPart = ({ role }: ChangedStanding) => ASKING_KINDS.some((kind) => mayAnswer(kind, role));

export const copyNewMember = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'copy-new-member',
    consumes: 'groups.MemberJoined',
    handle: async ({ event: { groupId, userId, role }, sequence }, stores) => {
      const standing = { groupId, userId, role, sequence };
      if (hasAPart(standing)) await followStanding(deps, stores, standing);
    },
  });

export const copyChangedMember = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'copy-changed-member',
    consumes: 'groups.MemberRoleChanged',
    handle: ({ event: { groupId, userId, role }, sequence }, stores) =>
      followStanding(deps, stores, { groupId, userId, role, sequence }),
  });

export const copyFormerMember = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'copy-former-member',
    consumes: 'groups.MemberLeft',
    handle: ({ event: { groupId, userId }, sequence }, stores) =>
      followStanding(deps, stores, { groupId, userId, role: null, sequence }),
  });
