import { isShareable } from '@souk/runtime/domain';
import type { ShareableResolvers, WatchResolvers } from '../__generated__/resolvers.ts';
import { WATCH_CHANNELS } from '../domain/watch.ts';

export const Shareable: ShareableResolvers = {
  __resolveReference: ({ id }) => (isShareable(id) ? { id } : null),
  viewerWatch: ({ id }, _, { loaders, viewer }) => (viewer ? loaders.watch.load(id) : null),
};

export const Watch: WatchResolvers = {
  events: ({ events }) => [...events],
  channels: ({ channels }) => [...(channels.length > 0 ? channels : WATCH_CHANNELS)],
};
