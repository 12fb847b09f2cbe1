import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { operationSelects } from '@souk/runtime/graphql';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { actualStatus, defaultPresenceSettings } from '../domain/presence.ts';
import { inboxHead } from './inbox-head.ts';
import { messageList } from './message-list.ts';
import { roomList } from './room-list.ts';

export const Viewer: ViewerResolvers = {
  // Private by type: nobody gets any viewer but themselves.
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  rooms: async ({ id: viewerId }, { filter, first, after }, context, info) => {
    // Read before the rooms: what happens in between is then sent by the stream, and never missed.
    if (operationSelects(info, 'inboxHead')) await inboxHead(viewerId, context);
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
  savedMessages: ({ id }, { first, after }, context) =>
    messageList(
      {
        purpose: `saved:${id}`,
        first,
        after,
        read: (page) => context.stores.messageLists.saved(id, page),
      },
      context,
    ),
  unread: ({ id }, _, { stores }) => stores.roomLists.unreadOf(id),
  inboxHead: ({ id }, _, context) => inboxHead(id, context),
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
