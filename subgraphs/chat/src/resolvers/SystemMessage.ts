import type { SystemMessageResolvers } from '../__generated__/resolvers.ts';

export const SystemMessage: SystemMessageResolvers = {
  by: ({ byId }) => (byId === null ? null : { id: byId }),
  people: ({ peopleIds }) => peopleIds.map((id) => ({ id })),
  changed: ({ changed }) => [...changed],
  message: ({ pinnedMessageId }, _, { loaders }) =>
    pinnedMessageId === null ? null : loaders.message.load(pinnedMessageId),
};
