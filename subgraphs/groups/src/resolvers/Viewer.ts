import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { pageOfOwnInvites } from './invite-pages.ts';
import { pageOfOwnJoinRequests } from './manager-pages.ts';
import { pageOfMemberships } from './pages.ts';

export const Viewer: ViewerResolvers = {
  /** Private data: viewers can only get their own. */
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  groupInvites: ({ id }, args, context) => pageOfOwnInvites(id, args, context),
  joinRequests: ({ id }, args, context) => pageOfOwnJoinRequests(id, args, context),
  membershipHead: ({ id }, _, { headOf }) => headOf(userStream(id)),
  groups: ({ id }, args, context) => pageOfMemberships(id, { ...args, publicOnly: false }, context),
};
