import { notFound } from '@souk/runtime/domain';
import type { GroupInviteResolvers, InviteAction } from '../__generated__/resolvers.ts';
import { isForAnybody, statusAt } from '../domain/invite.ts';
import { inviteUrl } from '../use-cases/invite-url.ts';
import { visibleGroup } from './visible.ts';
import { isForViewer, isViewersToRevoke, visibleInvite } from './visible-invite.ts';

export const GroupInvite: GroupInviteResolvers = {
  __resolveReference: ({ id }, context) => visibleInvite(id, context),
  url: ({ code }, _, { services }) => inviteUrl(services.config, code),
  inviter: ({ inviterId }) => ({ id: inviterId }),
  // Nobody is shown whose address it is before they have answered.
  invitee: ({ inviteeId }) => (inviteeId === null ? null : { id: inviteeId }),
  email: async (invite, _, context) =>
    invite.inviteeEmail && (await isViewersToRevoke(invite, context)) ? invite.inviteeEmail : null,
  status: (invite, _, { services }) => statusAt(invite, services.clock()),
  preview: async ({ groupId }, _, { loaders }) => {
    const group = await loaders.group.load(groupId);
    if (!group) throw notFound('Group');
    return { ...group, groupId };
  },
  group: ({ groupId }, _, context) => visibleGroup({ id: groupId }, context),
  viewerCan: async (invite, _, context) => {
    const { viewer, loaders, services } = context;
    if (!viewer || statusAt(invite, services.clock()) !== 'PENDING') return [];
    const isMember = (await loaders.membershipOfViewer.load(invite.groupId)) !== null;
    const isOwn = await isForViewer(invite, context);
    const can: [InviteAction, boolean][] = [
      ['ACCEPT', !isMember && (isOwn || isForAnybody(invite))],
      ['DECLINE', isOwn],
      ['REVOKE', await isViewersToRevoke(invite, context)],
    ];
    return can.flatMap(([action, may]) => (may ? [action] : []));
  },
};
