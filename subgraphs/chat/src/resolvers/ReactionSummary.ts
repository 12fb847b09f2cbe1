import type { ReactionSummaryResolvers } from '../__generated__/resolvers.ts';

export const ReactionSummary: ReactionSummaryResolvers = {
  sample: ({ sample }) => sample.map((id) => ({ id })),
};
