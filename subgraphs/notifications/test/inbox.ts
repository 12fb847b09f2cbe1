import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId, type Viewer, viewerIdOf } from '@souk/runtime/domain';
import type { PayloadOf, RecordedEvent } from '@souk/runtime/events';
import { as, asListener, type StartedSubgraph, startSubgraph, until } from '@souk/testkit';
import { createNotificationsSubgraph, loadOwnConfig } from '../src/index.ts';

export const startNotifications = () =>
  startSubgraph('notifications', createNotificationsSubgraph, {
    config: loadOwnConfig({ PUSH_SERVICES: 'push.example' }),
    worker: true,
  });

/** What the subgraph answers beside the graph. */
export async function beside(graph: StartedSubgraph, path: string, request: RequestInit) {
  const routes = createServer(
    asListener(async (request, response) => {
      for (const route of graph.subgraph.routes) if (await route(request, response)) return;
      response.writeHead(404).end();
    }),
  );
  await new Promise<void>((resolve) => routes.listen(0, '127.0.0.1', resolve));
  const { port } = routes.address() as AddressInfo;
  try {
    return await fetch(`http://127.0.0.1:${port}${path}`, request);
  } finally {
    routes.closeAllConnections();
    routes.close();
  }
}

export const NOTIFICATION = `fragment Notification on Notification {
  id kind title body count createdAt updatedAt readAt actor { id }
  target { __typename ... on RoomTarget { room { id } message { id } } ... on OrderTarget { order { id } } }
  deliveries { channel status reason attemptedAt } }`;

const INBOX = `${NOTIFICATION}
query ($me: [_Any!]!, $first: Int, $after: String, $filter: NotificationFilter) {
  _entities(representations: $me) { ... on Viewer { id unreadNotifications notificationsHead
    notificationCounts { unread byKind { kind unread } }
    notifications(first: $first, after: $after, filter: $filter) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ...Notification } } } } } }`;

export interface KnownRoom {
  roomId: string;
  stream: string;
  /** Gives the next place in the room's stream. */
  next(): number;
  last(): number;
}

/** What chat, orders and users tell, and what people then find in their inboxes. */
export function otherSubgraphsOf(graph: StartedSubgraph) {
  const idle = () =>
    until(async () => (await graph.backplane.jobs.backlog('events.notifications')) === 0, {
      // Hundreds may be waiting, one after the other.
      within: 240_000,
    });
  const newRoom = (): KnownRoom => {
    const roomId = newId('room');
    let sequence = 0;
    const next = () => {
      sequence += 1;
      return sequence;
    };
    return { roomId, stream: `room:${roomId}`, next, last: () => sequence };
  };
  const nextIn = (room: KnownRoom): Partial<RecordedEvent> => ({
    stream: room.stream,
    sequence: room.next(),
  });
  return {
    idle,
    newRoom,
    room: async (participants: readonly string[], name: string | null = 'general') => {
      const room = newRoom();
      const participantIds = participants.map((who) => as(who).userId);
      await graph.deliver(
        'chat.RoomCreated',
        {
          roomId: room.roomId,
          kind: name ? 'GROUP' : 'DIRECT',
          name,
          groupId: null,
          participantIds,
        },
        nextIn(room),
      );
      return room;
    },
    change: (room: KnownRoom, joined: string[], left: string[] = [], banned: string[] = []) =>
      graph.deliver(
        'chat.ParticipantsChanged',
        {
          roomId: room.roomId,
          joined: joined.map((who) => as(who).userId),
          left: left.map((who) => as(who).userId),
          banned: banned.map((who) => as(who).userId),
        },
        nextIn(room),
      ),
    post: async (
      room: KnownRoom,
      author: string,
      excerpt: string,
      called: Partial<PayloadOf<'chat.MessagePosted'>> = {},
    ) => {
      const messageId = newId('msg');
      const at = nextIn(room);
      await graph.deliver(
        'chat.MessagePosted',
        {
          roomId: room.roomId,
          messageId,
          sequence: at.sequence as number,
          authorId: as(author).userId,
          excerpt,
          ...{ mentioned: [], mentionsAll: null, ...called },
        },
        at,
      );
      return messageId;
    },
    /** They have read up to a place in the room's stream: the newest one unless told. */
    read: (room: KnownRoom, who: string, readUpTo = room.last()) =>
      graph.deliver('chat.RoomRead', {
        ...{ roomId: room.roomId, userId: as(who).userId, readUpTo },
      }),
    register: (who: string, displayName: string, given: Partial<RecordedEvent> = {}) =>
      graph.deliver('users.UserRegistered', registration(who, displayName), {
        stream: `user:${as(who).userId}`,
        sequence: 1,
        ...given,
      }),
    orderStep: (buyer: string, to: string, given: Partial<RecordedEvent> = {}) => {
      const orderId = newId('ord');
      const order = { orderId, number: 'S-1001', buyerId: as(buyer).userId };
      return graph.deliver(
        'orders.OrderStatusChanged',
        { ...order, from: 'PENDING', to, reason: null, cause: null },
        given,
      );
    },
    inbox: async (
      who: string,
      variables: Record<string, unknown> = {},
      viewer: Viewer | null = as(who),
    ) => {
      const me = [{ __typename: 'Viewer', id: viewerIdOf(as(who).userId) }];
      const { data, errors } = await graph.execute(INBOX, { me, ...variables }, viewer);
      if (errors)
        throw Object.assign(new Error(errors[0]?.message), { code: errors[0]?.extensions?.code });
      return data._entities[0];
    },
  };
}

export const registration = (
  who: string,
  displayName: string,
): PayloadOf<'users.UserRegistered'> => ({
  userId: as(who).userId,
  username: who,
  displayName,
  locale: null,
  email: `${who}@example.test`,
});
