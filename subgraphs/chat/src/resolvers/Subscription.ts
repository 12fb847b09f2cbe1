import { badInput, requireViewer, type StreamItem, selectItems } from '@souk/runtime';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { peopleOf } from '../domain/room.ts';
import { followInbox, type InboxItem } from './inbox-stream.ts';
import { roomStreamItem } from './room-stream.ts';

const MAX_WATCHED_PEOPLE = 200;

/** Each event is answered from what is true then, not from what an earlier one had read. */
const freshly = <Event>(event: Event, _: unknown, context: Context): Event => {
  context.forget();
  return event;
};

/** Who follows a room; null for all whom a gateway lets in, of whom each was a viewer before. */
function viewerOf(roomId: string, context: Context): string | null {
  if (!context.shared) return requireViewer(context.viewer).userId;
  context.showRoomToAll(roomId);
  return null;
}

export const Subscription: SubscriptionResolvers = {
  roomEvents: {
    subscribe: async (_, { roomId, after }, context) => {
      const { chat } = context;
      const items = await chat.roomFeed.follow({
        viewerId: viewerOf(roomId, context),
        roomId,
        after,
      });
      const select = (item: StreamItem) => roomStreamItem(item, chat.shared);
      return selectItems(items, select, { shared: !context.shared });
    },
    resolve: freshly,
  },
  inboxEvents: {
    subscribe: async (_, { after }, context) => (await followInbox(after, context)) as never,
    resolve: (item: unknown) => item as InboxItem,
  },
  typing: {
    subscribe: (_, { roomId }, context) =>
      context.chat.typing.follow({ viewerId: viewerOf(roomId, context), roomId }),
    resolve: freshly,
  },
  presence: {
    subscribe: (_, { userIds }, { chat, viewer }) => {
      requireViewer(viewer);
      if (userIds.length === 0) throw badInput('Name somebody.', ['userIds']);
      return chat.presenceFeed.follow(peopleOf(userIds, ['userIds'], MAX_WATCHED_PEOPLE));
    },
    resolve: freshly,
  },
};
