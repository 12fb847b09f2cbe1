import type { DeliveryResolvers } from '../__generated__/resolvers.ts';

export const Delivery: DeliveryResolvers = {
  device: ({ deviceId }, _, { loaders }) =>
    deviceId === null ? null : loaders.device.load(deviceId),
  batchedInto: ({ emailId }, _, { loaders }) =>
    emailId === null ? null : loaders.email.load(emailId),
};
