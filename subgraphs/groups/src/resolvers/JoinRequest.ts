import type { JoinRequestResolvers } from '../__generated__/resolvers.ts';
import { mayManageMembers } from './may-manage-members.ts';
import { visibleGroup } from './visible.ts';
import { visibleJoinRequest } from './visible-join-request.ts';

export const JoinRequest: JoinRequestResolvers = {
  __resolveReference: ({ id }, context) => visibleJoinRequest(id, context),
  group: ({ groupId }, _, context) => visibleGroup({ id: groupId }, context),
  user: ({ userId }) => ({ id: userId }),
  // A declined person does not see who declined them.
  decidedBy: async ({ groupId, decidedBy }, _, context) =>
    decidedBy !== null && (await mayManageMembers(groupId, context)) ? { id: decidedBy } : null,
};
