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

export const Mutation: MutationResolvers = {
  createGroup: async (_, { input }, context) => {
    const { id, replayed } = await context.useCases.createGroup(input);
    return { group: await groupAfter(id, context), replayed, errors: [] };
  },
  updateGroup: async (_, { input }, context) => {
    await context.useCases.updateGroup(input);
    return { group: await groupAfter(input.id, context), errors: [] };
  },
  joinGroup: async (_, input, context) =>
    memberAfter(await context.useCases.joinGroup(input), input.groupId, context),
  leaveGroup: async (_, input, context) => {
    await context.useCases.leaveGroup(input);
    return { group: await groupAfter(input.groupId, context), errors: [] };
  },
  setMemberRole: async (_, input, context) =>
    memberAfter(await context.useCases.setMemberRole(input), input.groupId, context),
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
