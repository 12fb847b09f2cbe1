import { groupStream } from '@souk/runtime/events';
import type { GroupResolvers } from '../__generated__/resolvers.ts';
import { mayManageMembers } from './may-manage-members.ts';
import { pageOfBans, pageOfMembers } from './pages.ts';
import { visibleGroup } from './visible.ts';

export const Group: GroupResolvers = {
  __resolveReference: (keys, context) => visibleGroup(keys, context),
  owner: async ({ id }, _, { loaders }) => {
    const owner = await loaders.firstOwner.load(id);
    return owner && { id: owner.userId };
  },
  members: ({ id }, args, context) => pageOfMembers(id, args, context),
  bans: async ({ id }, args, context) =>
    (await mayManageMembers(id, context)) ? pageOfBans(id, args, context) : null,
  viewerMembership: ({ id }, _, { loaders }) => loaders.membershipOfViewer.load(id),
  head: ({ id, headSequence }, _, { live }) => live.cursorAt(groupStream(id), headSequence),
};
