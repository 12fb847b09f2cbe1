import { groupStream } from '@souk/runtime/events';
import type { GroupResolvers } from '../__generated__/resolvers.ts';
import { groupActions } from '../domain/actions.ts';
import { isInForce } from '../domain/ban.ts';
import { pageOfInvites } from './invite-pages.ts';
import { pageOfAuditLog, pageOfJoinRequests } from './manager-pages.ts';
import { mayManageMembers } from './may-manage-members.ts';
import { pageOfBans, pageOfMembers } from './pages.ts';
import { visibleGroup } from './visible.ts';

const OWNERS = { roles: ['OWNER'], query: null } as const;

export const Group: GroupResolvers = {
  __resolveReference: ({ id }, context) => visibleGroup({ id }, context),
  owner: async ({ id }, _, { loaders }) => {
    const owner = await loaders.firstOwner.load(id);
    return owner && { id: owner.userId };
  },
  avatar: ({ avatarMediaId }) => (avatarMediaId === null ? null : { id: avatarMediaId }),
  members: ({ id }, args, context) => pageOfMembers(id, args, context),
  bans: async ({ id }, args, context) =>
    (await mayManageMembers(id, context)) ? pageOfBans(id, args, context) : null,
  invites: async ({ id }, args, context) =>
    (await mayManageMembers(id, context)) ? pageOfInvites(id, args, context) : null,
  joinRequests: async ({ id }, args, context) =>
    (await mayManageMembers(id, context)) ? pageOfJoinRequests(id, args, context) : null,
  auditLog: async ({ id }, args, context) =>
    (await mayManageMembers(id, context)) ? pageOfAuditLog(id, args, context) : null,
  seatsTaken: ({ memberCount }) => memberCount,
  viewerMembership: ({ id }, _, { loaders }) => loaders.membershipOfViewer.load(id),
  viewerJoinRequest: ({ id }, _, { loaders }) => loaders.joinRequestOfViewer.load(id),
  viewerBan: async ({ id }, _, { loaders, services }) => {
    const ban = await loaders.banOfViewer.load(id);
    return ban && isInForce(ban, services.clock()) ? ban : null;
  },
  viewerCan: async (group, _, { viewer, loaders, services }) => {
    if (!viewer) return [];
    const { id } = group;
    const member = await loaders.membershipOfViewer.load(id);
    const [ban, asked, owners] = await Promise.all([
      member ? null : loaders.banOfViewer.load(id),
      member ? null : loaders.joinRequestOfViewer.load(id),
      member?.role === 'OWNER' ? loaders.countMembersOf(OWNERS).load(id) : null,
    ]);
    const hasAsked = asked?.status === 'PENDING';
    const standing = { member, ban, owners: owners?.count ?? 0, hasAsked };
    return groupActions(group, standing, services.clock());
  },
  head: ({ id, headSequence }, _, { live }) => live.cursorAt(groupStream(id), headSequence),
};
