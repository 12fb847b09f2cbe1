import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { visibleGroup } from './visible.ts';

/** Loaded after the commit, so every payload shows what is stored. */
const groupAfter = (id: string, context: Context) => {
  context.reload();
  return visibleGroup({ id }, context);
};

const memberAfter = async (memberId: string, groupId: string, context: Context) => {
  const group = await groupAfter(groupId, context);
  return { member: await context.loaders.member.load(memberId), group, errors: [] };
};

const requestAfter = (id: string, context: Context) => {
  context.reload();
  return context.loaders.joinRequest.load(id);
};

export const Mutation: MutationResolvers = {
  createGroup: async (_, { input }, context) => {
    const { id, replayed } = await context.useCases.createGroup(input);
    return { group: await groupAfter(id, context), replayed, errors: [] };
  },
  updateGroup: async (_, { input }, context) => {
    await context.useCases.updateGroup(input);
    return { group: await groupAfter(input.id, context), errors: [] };
  },
  joinGroup: async (_, input, context) => {
    const { memberId, groupId } = await context.useCases.joinGroup(input);
    return memberAfter(memberId, groupId, context);
  },
  leaveGroup: async (_, input, context) => {
    await context.useCases.leaveGroup(input);
    return { group: await groupAfter(input.groupId, context), errors: [] };
  },
  setMemberRole: async (_, input, context) =>
    memberAfter(await context.useCases.setMemberRole(input), input.groupId, context),
  transferGroup: async (_, input, context) => {
    await context.useCases.transferGroup(input);
    return { group: await groupAfter(input.groupId, context), errors: [] };
  },
  archiveGroup: async (_, input, context) => {
    await context.useCases.archiveGroup(input);
    return { group: await groupAfter(input.groupId, context), errors: [] };
  },
  requestToJoin: async (_, input, context) => {
    const id = await context.useCases.requestToJoin(input);
    const group = await groupAfter(input.groupId, context);
    return { request: await context.loaders.joinRequest.load(id), group, errors: [] };
  },
  withdrawJoinRequest: async (_, input, context) => {
    await context.useCases.withdrawJoinRequest(input);
    return { request: await requestAfter(input.joinRequestId, context), errors: [] };
  },
  decideJoinRequest: async (_, input, context) => {
    const { memberId } = await context.useCases.decideJoinRequest(input);
    return {
      request: await requestAfter(input.joinRequestId, context),
      member: memberId === null ? null : await context.loaders.member.load(memberId),
      errors: [],
    };
  },
  muteMember: async (_, input, context) =>
    memberAfter(await context.useCases.muteMember(input), input.groupId, context),
  unmuteMember: async (_, input, context) =>
    memberAfter(await context.useCases.unmuteMember(input), input.groupId, context),
  inviteToGroup: async (_, { input }, context) => {
    const { ids, replayed } = await context.useCases.inviteToGroup(input);
    context.reload();
    const invites = await context.loaders.invite.loadMany([...ids]);
    return {
      invites: invites.flatMap((invite) => {
        if (invite instanceof Error) throw invite;
        return invite ?? [];
      }),
      replayed,
      errors: [],
    };
  },
  answerInvite: async (_, input, context) => {
    const { memberId, groupId } = await context.useCases.answerInvite(input);
    return {
      group: await groupAfter(groupId, context),
      member: memberId === null ? null : await context.loaders.member.load(memberId),
      invite: await context.loaders.invite.load(input.groupInviteId),
      errors: [],
    };
  },
  revokeInvite: async (_, input, context) => {
    await context.useCases.revokeInvite(input);
    context.reload();
    return { invite: await context.loaders.invite.load(input.groupInviteId), errors: [] };
  },
  removeMember: async (_, input, context) => {
    await context.useCases.removeMember(input);
    const group = await groupAfter(input.groupId, context);
    return { removedUserId: input.userId, group, errors: [] };
  },
  banFromGroup: async (_, input, context) => {
    const id = await context.useCases.banFromGroup(input);
    return {
      group: await groupAfter(input.groupId, context),
      ban: await context.loaders.ban.load(id),
      errors: [],
    };
  },
  unbanFromGroup: async (_, { groupBanId: deletedId }, context) => {
    const groupId = await context.useCases.unbanFromGroup({ groupBanId: deletedId });
    return { deletedId, group: await groupAfter(groupId, context), errors: [] };
  },
};
