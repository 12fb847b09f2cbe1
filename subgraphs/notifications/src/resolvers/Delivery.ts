import type { DeliveryResolvers } from '../__generated__/resolvers.ts';

export const Delivery: DeliveryResolvers = {
  status: ({ status }) => (status === 'BOUNCED' ? 'FAILED' : status),
};
