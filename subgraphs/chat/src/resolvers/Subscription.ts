import { badInput, requireViewer } from '@souk/runtime/domain';
import { streamSubscription } from '@souk/runtime/subgraph';
import type { SubscriptionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { seesAll } from '../domain/room.ts';
import { peopleOf } from '../domain/room-people.ts';
import { inboxEvents } from './inbox-stream.ts';
import { roomEvent } from './room-stream.ts';
import { talkReads } from './talk-event.ts';

const MAX_WATCHED_PEOPLE = 200;

/** Each event is answered from the current state, not from what an earlier one had read. */
const freshly = <Event>(event: Event, _: unknown, context: Context): Event => {
  context.reload();
  return event;
};

/**
 * The viewer who follows a room; null for everybody whom a gateway lets in, each of whom was authorised
 * before.
 */
function viewerOf(roomId: string, context: Context): string | null {
  if (!context.shared) return requireViewer(context.viewer).userId;
  context.showToAll(roomId);
  return null;
}

export const Subscription: SubscriptionResolvers = {
  roomEvents: streamSubscription(({ roomId }: { roomId: string }, context: Context) => {
    const { roomFeed, sharedReads } = context.services;
    const viewerId = viewerOf(roomId, context);
    const { room, ...access } = roomFeed.guarded({ viewerId, roomId });
    let reads: ReturnType<typeof talkReads> | undefined;
    return {
      ...access,
      shared: () => {
        const seen = room();
        return seen !== null && seesAll(seen);
      },
      show: (event, place) => {
        reads ??= talkReads(sharedReads, viewerId, room());
        return roomEvent(event, place, reads);
      },
    };
  }),
  inboxEvents,
  typing: {
    subscribe: (_, { roomId }, context) =>
      context.services.typing.follow({ viewerId: viewerOf(roomId, context), roomId }),
    resolve: freshly,
  },
  presence: {
    subscribe: (_, { userIds }, { services, viewer }) => {
      requireViewer(viewer);
      if (userIds.length === 0) throw badInput('Name somebody.', ['userIds']);
      return services.presenceFeed.follow(peopleOf(userIds, ['userIds'], MAX_WATCHED_PEOPLE));
    },
    resolve: freshly,
  },
};
