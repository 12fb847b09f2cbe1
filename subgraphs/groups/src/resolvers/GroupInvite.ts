import { notFound } from '@souk/runtime/domain';
import type { GroupInviteResolvers, InviteAction } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { type GroupInvite as Invite, isForAnybody, statusAt } from '../domain/invite.ts';
import { inviteUrl } from '../use-cases/invite-url.ts';
import { visibleGroup } from './visible.ts';
import { isForViewer, isViewersToRevoke, visibleInvite } from './visible-invite.ts';

export const GroupInvite: GroupInviteResolvers = {
  __resolveReference: ({ id }, context) => visibleInvite(id, context),
  code: async (invite, _, context) => ((await holdsCode(invite, context)) ? invite.code : null),
  url: async (invite, _, context) =>
    (await holdsCode(invite, context)) ? inviteUrl(context.services.config, invite.code) : null,
  inviter: ({ inviterId }) => ({ id: inviterId }),
  // Whose address it is nobody is told before they answered.
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

/** Who may hand on what lets people in: for whom it is, and who decides over it. */
const holdsCode = async (invite: Invite, context: Context): Promise<boolean> =>
  (await isForViewer(invite, context)) || (await isViewersToRevoke(invite, context));
