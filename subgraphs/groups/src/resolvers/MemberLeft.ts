import type { MemberLeftResolvers } from '../__generated__/resolvers.ts';

export const MemberLeft: MemberLeftResolvers = {
  user: ({ userId }) => ({ id: userId }),
  removalReason: ({ reason }) => reason,
};
