import { groupStream } from '@souk/runtime/events';
import type { GroupResolvers } from '../__generated__/resolvers.ts';
import { groupActions } from '../domain/actions.ts';
import { mayManageMembers } from './may-manage-members.ts';
import { pageOfBans, pageOfMembers } from './pages.ts';
import { visibleGroup } from './visible.ts';

export const Group: GroupResolvers = {
  __resolveReference: ({ id }, context) => visibleGroup({ id }, context),
  owner: async ({ id }, _, { loaders }) => {
    const owner = await loaders.firstOwner.load(id);
    return owner && { id: owner.userId };
  },
  members: ({ id }, args, context) => pageOfMembers(id, args, context),
  bans: async ({ id }, args, context) =>
    (await mayManageMembers(id, context)) ? pageOfBans(id, args, context) : null,
  viewerMembership: ({ id }, _, { loaders }) => loaders.membershipOfViewer.load(id),
  viewerCan: async (group, _, { viewer, loaders, services }) => {
    if (!viewer) return [];
    const { id } = group;
    const member = await loaders.membershipOfViewer.load(id);
    const [ban, owners] = await Promise.all([
      member ? null : loaders.banOfViewer.load(id),
      member?.role === 'OWNER' ? loaders.countMembersOf(['OWNER']).load(id) : null,
    ]);
    return groupActions(group, { member, ban, owners: owners?.count ?? 0 }, services.clock());
  },
  head: ({ id, headSequence }, _, { live }) => live.cursorAt(groupStream(id), headSequence),
};
