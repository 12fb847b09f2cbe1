import { isIdOf, notFound } from '@souk/runtime/domain';
import type { GroupMemberResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { isMuted, type Mute } from '../domain/mute.ts';
import { may, permissionsOf } from '../domain/roles.ts';
import type { GroupMemberModel } from './models.ts';
import { visibleGroup } from './visible.ts';

export const GroupMember: GroupMemberResolvers = {
  /** A membership is as visible as its group. */
  __resolveReference: async ({ id }, context) => {
    const member = isIdOf('gmb', id) ? await context.loaders.member.load(id) : null;
    return member && (await visibleGroup({ id: member.groupId }, context)) ? member : null;
  },
  user: ({ userId }) => ({ id: userId }),
  group: async ({ groupId }, _, context) => {
    const group = await visibleGroup({ id: groupId }, context);
    if (!group) throw notFound('Group');
    return group;
  },
  permissions: ({ role }) => [...permissionsOf(role)],
  isMuted: async (member, _, context) =>
    isMuted(await muteOf(member, context), context.services.clock()),
  mutedUntil: async (member, _, context) => {
    const mute = await muteOf(member, context);
    return isMuted(mute, context.services.clock()) ? mute.until : null;
  },
  muteReason: async (member, _, context) => {
    const { groupId, userId } = member;
    const own = await context.loaders.membershipOfViewer.load(groupId);
    const sees = own && (own.userId === userId || may(own.role, 'MODERATE_MESSAGES'));
    const mute = sees ? await muteOf(member, context) : null;
    return isMuted(mute, context.services.clock()) ? mute.reason : null;
  },
};

/** Events contain a member without their mute, whose current state is read. */
const muteOf = async (
  { id, mute }: GroupMemberModel,
  { loaders }: Context,
): Promise<Mute | null> =>
  mute === undefined ? ((await loaders.member.load(id))?.mute ?? null) : mute;
