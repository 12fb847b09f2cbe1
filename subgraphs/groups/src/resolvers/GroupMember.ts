import { isIdOf, notFound } from '@souk/runtime/domain';
import type { GroupMemberResolvers } from '../__generated__/resolvers.ts';
import { permissionsOf } from '../domain/roles.ts';
import { visibleGroup } from './visible.ts';

export const GroupMember: GroupMemberResolvers = {
  /** A membership is as visible as its group. */
  __resolveReference: async ({ id }, context) => {
    const member = isIdOf('gmb', id) ? await context.loaders.member.load(id) : null;
    return member && (await visibleGroup({ id: member.groupId }, context)) ? member : null;
  },
  user: ({ userId }) => ({ id: userId }),
  group: async ({ groupId }, _, context) => {
    const group = await visibleGroup({ id: groupId }, context);
    if (!group) throw notFound('Group');
    return group;
  },
  permissions: ({ role }) => [...permissionsOf(role)],
};
