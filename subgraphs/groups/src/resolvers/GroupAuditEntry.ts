import { isIdOf } from '@souk/runtime/domain';
import type { GroupAuditEntryResolvers } from '../__generated__/resolvers.ts';
import { mayManageMembers } from './may-manage-members.ts';

export const GroupAuditEntry: GroupAuditEntryResolvers = {
  __resolveReference: async ({ id }, context) => {
    const entry = isIdOf('aud', id) ? await context.loaders.auditEntry.load(id) : null;
    return entry && (await mayManageMembers(entry.groupId, context)) ? entry : null;
  },
  actor: ({ actorId }) => (actorId === null ? null : { id: actorId }),
  target: ({ targetId }) => (targetId === null ? null : { id: targetId }),
};
