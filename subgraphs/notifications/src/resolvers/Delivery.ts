import type { DeliveryResolvers } from '../__generated__/resolvers.ts';

export const Delivery: DeliveryResolvers = {
  batchedInto: ({ emailId }, _, { loaders }) =>
    emailId === null ? null : loaders.email.load(emailId),
};
