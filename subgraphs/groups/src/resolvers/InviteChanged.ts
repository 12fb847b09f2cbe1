import type { InviteChangedResolvers } from '../__generated__/resolvers.ts';
import { visibleInvite } from './visible-invite.ts';

export const InviteChanged: InviteChangedResolvers = {
  invite: ({ inviteId }, _, context) => visibleInvite(inviteId, context),
};
