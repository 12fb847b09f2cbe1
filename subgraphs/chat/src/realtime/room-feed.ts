import type { LiveStreams, RecordedEvent, StreamItem } from '@souk/runtime';
import { notAParticipant } from '../domain/errors.ts';
import { type Room, roomStream } from '../domain/room.ts';
import type { ChatStores } from '../persistence/stores.ts';
import { visibleRoom } from '../use-cases/room-access.ts';

export interface RoomFeedRequest {
  viewerId: string;
  roomId: string;
  after?: string | null | undefined;
  /** True for what only people in the room may follow. */
  joinedOnly?: boolean;
}

/** The durable events of rooms, for those who may read them and for as long as they may. */
export interface RoomFeed {
  /** Throws `ROOM_NOT_FOUND` for a room the viewer may not see. */
  follow(request: RoomFeedRequest): Promise<AsyncIterableIterator<StreamItem>>;
}

export function createRoomFeed(live: LiveStreams, reads: ChatStores): RoomFeed {
  const authorise = async ({ viewerId, roomId, joinedOnly }: RoomFeedRequest): Promise<Room> => {
    const room = await visibleRoom(reads, viewerId, roomId, ['roomId']);
    if (joinedOnly && !room.participation) throw notAParticipant();
    return room;
  };
  return {
    follow: async (request) => {
      const { viewerId, roomId, after } = request;
      await authorise(request);
      const items = await live.follow({
        stream: roomStream(roomId),
        after,
        mayRead: async (event) => {
          // Only their own going takes a viewer's access away, and it is told in this very stream.
          // One that is replayed may be long past: they count as in the room if they are by now.
          if (!takesOut(event, viewerId)) return true;
          const [room] = await reads.rooms.findVisible([roomId], viewerId);
          return room?.participation != null;
        },
      });
      try {
        // A removal between the first check and the start of following would be seen by neither.
        await authorise(request);
      } catch (error) {
        await items.return?.();
        throw error;
      }
      return items;
    },
  };
}

const takesOut = ({ type, payload }: RecordedEvent, userId: string): boolean =>
  type === 'chat.ParticipantsChanged' && (payload as { left: string[] }).left.includes(userId);
