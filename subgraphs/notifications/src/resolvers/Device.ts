import { isIdOf } from '@souk/runtime/domain';
import type { DeviceResolvers } from '../__generated__/resolvers.ts';

export const Device: DeviceResolvers = {
  /** The loader returns only the viewer's own devices. */
  __resolveReference: ({ id }, { loaders }) => (isIdOf('dev', id) ? loaders.device.load(id) : null),
};
