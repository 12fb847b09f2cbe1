import type { InviteReceivedResolvers } from '../__generated__/resolvers.ts';
import { visibleInvite } from './visible-invite.ts';

export const InviteReceived: InviteReceivedResolvers = {
  invite: ({ inviteId }, _, context) => visibleInvite(inviteId, context),
};
