import { isIdOf, notFound } from '@souk/runtime/domain';
import type { GroupBanResolvers } from '../__generated__/resolvers.ts';
import { mayManageMembers } from './may-manage-members.ts';
import { visibleGroup } from './visible.ts';

export const GroupBan: GroupBanResolvers = {
  /** The banned user is shown only to those who decide bans. */
  __resolveReference: async ({ id }, context) => {
    const ban = isIdOf('gban', id) ? await context.loaders.ban.load(id) : null;
    return ban && (await mayManageMembers(ban.groupId, context)) ? ban : null;
  },
  group: async ({ groupId }, _, context) => {
    const group = await visibleGroup({ id: groupId }, context);
    if (!group) throw notFound('Group');
    return group;
  },
  user: ({ userId }) => ({ id: userId }),
  bannedBy: ({ bannedBy }) => ({ id: bannedBy }),
};
