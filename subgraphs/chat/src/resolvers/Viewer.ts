import { ownerOf, viewerIdOf } from '@souk/runtime';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { actualStatus, defaultPresenceSettings } from '../domain/presence.ts';
import { ownStream } from '../domain/room.ts';
import { roomList } from './room-list.ts';

export const Viewer: ViewerResolvers = {
  // Private by type: nobody gets any viewer but themselves.
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  rooms: ({ id: viewerId }, { kind, unreadOnly, first, after }, context) => {
    const { roomLists } = context.chat.reads;
    const of = { viewerId, kinds: kind ?? null, unreadOnly: unreadOnly ?? false };
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
  inboxHead: async ({ id }, _, { chat }) => {
    const stream = ownStream(id);
    return chat.live.cursorAt(stream, (await chat.log.heads([stream])).get(stream) ?? 0);
  },
  presence: async ({ id }, _, { chat }) => {
    const [connected, [settings = defaultPresenceSettings(id)]] = await Promise.all([
      chat.presence.connected([id]),
      chat.reads.presence.findMany([id]),
    ]);
    const { invisible, shareLastActive, sendReadReceipts, sendTyping } = settings;
    const status = actualStatus(settings, connected.get(id) ?? null, chat.clock());
    return { status, invisible, shareLastActive, sendReadReceipts, sendTyping };
  },
};
