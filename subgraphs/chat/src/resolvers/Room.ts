import { roomStream } from '@souk/runtime/events';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { RoomResolvers } from '../__generated__/resolvers.ts';
import { roomActions, wouldJoin } from '../domain/actions.ts';
import { decidesWhoStays } from '../domain/keepers.ts';
import { keeperOf, moderatesTalk } from '../domain/room.ts';
import { membershipIn } from '../domain/room-entry.ts';
import { counterpartIn } from '../domain/room-people.ts';
import type { ParticipantPosition } from '../persistence/participant-rows.ts';
import type { ThreadPosition } from '../persistence/thread-store.ts';
import { messageHistory } from './message-history.ts';
import { messageList } from './message-list.ts';
import { participantPosition } from './participant-position.ts';
import { reportList } from './Report.ts';
import { findRoom } from './read-room.ts';
import { firstUnreadIn, stateIn } from './room-state.ts';
import { threadPosition } from './Thread.ts';

export const Room: RoomResolvers = {
  __resolveReference: ({ id }, context) => findRoom(id, context),
  counterpart: (room, _, { viewer }) => {
    const id = viewer && counterpartIn(room, viewer.userId);
    return id === null ? null : { id };
  },
  order: ({ support }) => (support?.orderId ? { id: support.orderId } : null),
  sellerOrder: ({ support }) => (support?.sellerOrderId ? { id: support.sellerOrderId } : null),
  seller: ({ support }) => (support?.sellerId ? { id: support.sellerId } : null),
  supportState: ({ support }) => support?.state ?? null,
  assignee: ({ support }) => (support?.takenBy ? { id: support.takenBy } : null),
  about: ({ entityId }) => (entityId === null ? null : { id: entityId }),
  avatar: ({ avatarMediaId }) => (avatarMediaId === null ? null : { id: avatarMediaId }),
  group: ({ groupId }) => (groupId === null ? null : { id: groupId }),
  participants: async ({ id: roomId }, { first, after }, { cursors, loaders }) => {
    const purpose = `participants:${roomId}`;
    const page = pageOf<ParticipantPosition>({ first, after }, { cursors, purpose });
    const { limit, from } = page;
    const rows = await loaders.participants({ roomId, limit, from });
    return {
      ...connectionOf(rows, page, { cursors, purpose, positionOf: participantPosition }),
      count: async () => (await loaders.participantCount.load(roomId))?.count ?? 0,
    };
  },
  bans: async (room, { first, after }, { cursors, loaders, viewer }) => {
    if (!viewer || !decidesWhoStays(room, keeperOf(viewer))) return null;
    const purpose = `bans:${room.id}`;
    const page = pageOf<string>({ first, after }, { cursors, purpose });
    const { limit, from } = page;
    const bans = await loaders.bans({ roomId: room.id, limit, from });
    return connectionOf(bans, page, { cursors, purpose, positionOf: ({ id }) => id });
  },
  reports: (room, { status, first, after }, context) => {
    const { viewer } = context;
    if (!viewer || !moderatesTalk(room, keeperOf(viewer))) return null;
    const of = { roomId: room.id, notAbout: viewer.userId, ...(status ? { status } : {}) };
    return reportList(of, { first, after }, context);
  },
  participantCount: async ({ id }, _, { loaders }) =>
    (await loaders.participantCount.load(id))?.count ?? 0,
  messages: (room, args, context) => {
    const { id: roomId, lastSequence, hiddenUpTo } = room;
    return messageHistory(
      {
        purpose: `messages:${roomId}`,
        roomId,
        lastSequence,
        hiddenUpTo: hiddenUpTo.message,
        firstUnread: async () =>
          (await firstUnreadIn(stateIn(room), context))?.sequence ?? lastSequence + 1,
      },
      args,
      context,
    );
  },
  threads: async ({ id: roomId, hiddenUpTo }, { first, after }, { cursors, loaders }) => {
    const purpose = `threads:${roomId}`;
    const page = pageOf<ThreadPosition>({ first, after }, { cursors, purpose });
    const { limit, from } = page;
    const rows = await loaders.roomThreads({ roomId, limit, from, hiddenUpTo: hiddenUpTo.event });
    return connectionOf(rows, page, { cursors, purpose, positionOf: threadPosition });
  },
  pinned: ({ id: roomId, hiddenUpTo }, { first, after }, context) =>
    messageList(
      {
        purpose: `pinned:${roomId}`,
        first,
        after,
        read: ({ limit, from }) =>
          context.loaders.pinned({ roomId, limit, from, hiddenUpTo: hiddenUpTo.event }),
      },
      context,
    ),
  lastMessage: async ({ id: roomId, lastSequence, hiddenUpTo }, _, { loaders }) => {
    if (lastSequence <= hiddenUpTo.message) return null;
    const [message] = await loaders.history({ roomId, low: lastSequence, high: lastSequence });
    return message ?? null;
  },
  head: ({ id, head }, _, { live }) => live.cursorAt(roomStream(id), head),
  viewerState: (room) => stateIn(room),
  viewerMembership: async (room, _, { loaders }) =>
    membershipIn(room, await loaders.banOfViewer.load(room.id)),
  requestedBy: ({ pendingRequest }) => pendingRequest && { id: pendingRequest.requestedBy },
  viewerCan: async (room, _, { viewer, loaders, services }) => {
    const ban = wouldJoin(room) ? await loaders.banOfViewer.load(room.id) : null;
    return roomActions(room, viewer && keeperOf(viewer), { ban, now: services.clock() });
  },
};
