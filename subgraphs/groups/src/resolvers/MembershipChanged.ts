import type { MembershipChangedResolvers } from '../__generated__/resolvers.ts';
import { visibleGroup } from './visible.ts';

export const MembershipChanged: MembershipChangedResolvers = {
  group: ({ groupId }, _, context) => visibleGroup({ id: groupId }, context),
};
