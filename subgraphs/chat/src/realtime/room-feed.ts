import type { LiveStreams, PayloadOf, RecordedEvent, StreamItem } from '@souk/runtime';
import { notAParticipant } from '../domain/errors.ts';
import { type Room, roomStream } from '../domain/room.ts';
import type { ChatStores } from '../persistence/stores.ts';
import { visibleRoom } from '../use-cases/room-access.ts';

export interface RoomFeedRequest {
  /** Null follows for all whom a gateway lets in, and says whose access to ask about again. */
  viewerId: string | null;
  roomId: string;
  after?: string | null | undefined;
  /** True for what only people in the room may follow. */
  joinedOnly?: boolean;
}

/** The durable events of rooms, for those who may read them and for as long as they may. */
export interface RoomFeed {
  /** Throws `ROOM_NOT_FOUND` for a room the viewer may not see. */
  follow(request: RoomFeedRequest): Promise<AsyncIterableIterator<StreamItem>>;
  /** Whether somebody is in the room at this moment. */
  isIn(viewerId: string, roomId: string): Promise<boolean>;
}

export function createRoomFeed(live: LiveStreams, reads: ChatStores): RoomFeed {
  const isIn = async (viewerId: string, roomId: string): Promise<boolean> => {
    const [room] = await reads.rooms.findVisible([roomId], viewerId);
    return room?.participation != null;
  };
  const authorise = async (
    { roomId, joinedOnly }: RoomFeedRequest,
    viewerId: string,
  ): Promise<Room> => {
    const room = await visibleRoom(reads, viewerId, roomId, ['roomId']);
    if (joinedOnly && !room.participation) throw notAParticipant();
    return room;
  };
  return {
    isIn,
    follow: async (request) => {
      const { viewerId, roomId, after } = request;
      const stream = roomStream(roomId);
      if (viewerId === null) return live.follow({ stream, after, recheck: leavers });
      await authorise(request, viewerId);
      const items = await live.follow({
        stream,
        after,
        mayRead: async (event) => {
          // Only their own going takes a viewer's access away, and it is told in this very stream.
          // One that is replayed may be long past: they count as in the room if they are by now.
          return !leavers(event)?.includes(viewerId) || isIn(viewerId, roomId);
        },
      });
      try {
        // A removal between the first check and the start of following would be seen by neither.
        await authorise(request, viewerId);
      } catch (error) {
        await items.return?.();
        throw error;
      }
      return items;
    },
  };
}

/** Whom an event takes out of the room. */
function leavers(event: RecordedEvent): readonly string[] | null {
  const { left } = comingsAndGoings(event);
  return left.length > 0 ? left : null;
}

/** Who comes into the room and who goes by an event. */
export function comingsAndGoings({
  type,
  payload,
}: RecordedEvent): Pick<PayloadOf<'chat.ParticipantsChanged'>, 'joined' | 'left'> {
  if (type !== 'chat.ParticipantsChanged') return { joined: [], left: [] };
  return payload as PayloadOf<typeof type>;
}
