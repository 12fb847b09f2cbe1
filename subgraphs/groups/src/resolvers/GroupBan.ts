import { isIdOf, notFound } from '@souk/runtime/domain';
import type { GroupBanResolvers } from '../__generated__/resolvers.ts';
import { mayManageMembers } from './may-manage-members.ts';
import { visibleGroup } from './visible.ts';

export const GroupBan: GroupBanResolvers = {
  /** Shown to those who decide bans, and to the banned person if they see the group. */
  __resolveReference: async ({ id }, context) => {
    const ban = isIdOf('gban', id) ? await context.loaders.ban.load(id) : null;
    if (!ban) return null;
    const isOwn = ban.userId === context.viewer?.userId;
    const shown = isOwn
      ? (await visibleGroup({ id: ban.groupId }, context)) !== null
      : await mayManageMembers(ban.groupId, context);
    return shown ? ban : null;
  },
  group: async ({ groupId }, _, context) => {
    const group = await visibleGroup({ id: groupId }, context);
    if (!group) throw notFound('Group');
    return group;
  },
  user: ({ userId }) => ({ id: userId }),
  bannedBy: async ({ groupId, bannedBy }, _, context) =>
    (await mayManageMembers(groupId, context)) ? { id: bannedBy } : null,
};
