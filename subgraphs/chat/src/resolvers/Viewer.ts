import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { actualStatus, defaultPresenceSettings } from '../domain/presence.ts';
import { roomList } from './room-list.ts';

export const Viewer: ViewerResolvers = {
  // Private by type: nobody gets any viewer but themselves.
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  rooms: ({ id: viewerId }, { filter, first, after }, context) => {
    const { roomLists } = context.stores;
    const { kinds = null, unreadOnly } = filter ?? {};
    const of = { viewerId, kinds, unreadOnly: unreadOnly ?? false };
    return roomList(
      {
        purpose: `viewer-rooms:${JSON.stringify(of)}`,
        first,
        after,
        read: (page) => roomLists.own(of, page),
        count: () => roomLists.countOwn(of),
      },
      context,
    );
  },
  inboxHead: ({ id }, _, { headOf }) => headOf(userStream(id)),
  presence: async ({ id }, _, { services, stores }) => {
    const [connected, [settings = defaultPresenceSettings(id)]] = await Promise.all([
      services.presence.connected([id]),
      stores.presence.findMany([id]),
    ]);
    const { invisible, shareLastActive, sendReadReceipts, sendTyping } = settings;
    const status = actualStatus(settings, connected.get(id) ?? null, services.clock());
    return { status, invisible, shareLastActive, sendReadReceipts, sendTyping };
  },
};
