import { attention, ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { connectionOf, operationSelects, pageOf } from '@souk/runtime/graphql';
import type { UnreadTotalsResolvers, ViewerResolvers } from '../__generated__/resolvers.ts';
import { actualStatus, defaultPresenceSettings } from '../domain/presence.ts';
import type { Block, BlockPosition } from '../persistence/block-store.ts';
import type { ThreadPosition } from '../persistence/thread-store.ts';
import { inboxHead } from './inbox-head.ts';
import { remindersOf, scheduledOf } from './later.ts';
import { messageList } from './message-list.ts';
import { reportList } from './Report.ts';
import { roomList } from './room-list.ts';
import { threadPosition } from './Thread.ts';

export const Viewer: ViewerResolvers = {
  // Private by type: a viewer can only be reached by themselves.
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  rooms: async ({ id: viewerId }, { filter, first, after }, context, info) => {
    // Read before the rooms: the stream then repeats what happens in between, and nothing is missed.
    if (operationSelects(info, 'inboxHead')) await inboxHead(viewerId, context);
    const { roomLists } = context.stores;
    const { kinds = null, unreadOnly, starredOnly, membership } = filter ?? {};
    const of = {
      viewerId,
      kinds,
      unreadOnly: unreadOnly ?? false,
      starredOnly: starredOnly ?? false,
      membership: membership ?? 'JOINED',
    };
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
  blocks: async ({ id }, { first, after }, { cursors, stores }) => {
    const purpose = `blocks:${id}`;
    const page = pageOf<BlockPosition>({ first, after }, { cursors, purpose });
    const positionOf = ({ blockedAt, blockedId }: Block): BlockPosition => [
      blockedAt.toISOString(),
      blockedId,
    ];
    const rows = await stores.blocks.of(id, page);
    return connectionOf(rows, page, { cursors, purpose, positionOf });
  },
  reports: ({ id }, { first, after }, context) =>
    reportList({ concerning: id }, { first, after }, context),
  scheduledMessages: ({ id }, args, context) => scheduledOf(id, args, context),
  reminders: ({ id }, args, context) => remindersOf(id, args, context),
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
  threads: async ({ id: userId }, { unreadOnly, first, after }, { cursors, stores }) => {
    const of = { userId, unreadOnly: unreadOnly ?? false };
    const purpose = `followed-threads:${JSON.stringify(of)}`;
    const page = pageOf<ThreadPosition>({ first, after }, { cursors, purpose });
    const rows = await stores.threads.followed(of, page);
    return connectionOf(rows, page, { cursors, purpose, positionOf: threadPosition });
  },
  unread: async ({ id }, _, { stores }) => ({
    ...(await stores.roomLists.unreadOf(id)),
    userId: id,
  }),
  inboxHead: ({ id }, _, context) => inboxHead(id, context),
  presence: async ({ id }, _, { services, stores }) => {
    const [connected, [settings = defaultPresenceSettings(id)]] = await Promise.all([
      services.presence.connected([id]),
      stores.presence.findMany([id]),
    ]);
    const now = services.clock();
    const doing = await services.activity.of(id, null);
    const { invisible, shareLastActive, sendReadReceipts, sendTyping } = settings;
    const status = actualStatus(settings, connected.get(id) ?? null, now);
    const shared = { shareLastActive, sendReadReceipts, sendTyping };
    return { status, invisible, ...shared, attention: attention(doing, now) };
  },
};

export const UnreadTotals: UnreadTotalsResolvers = {
  threads: ({ userId }, _, { stores }) => stores.threads.countUnread(userId),
};
