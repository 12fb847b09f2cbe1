import { isIdOf, notFound } from '@souk/runtime/domain';
import {
  type LiveStreams,
  type PayloadOf,
  type RecordedEvent,
  roomStream,
  type StreamItem,
} from '@souk/runtime/events';
import { batchedByTurn } from '@souk/runtime/process';
import { followAuthorised, type GuardedStream } from '@souk/runtime/subgraph';
import { notAParticipant } from '../domain/errors.ts';
import { type Room, seesAll } from '../domain/room.ts';
import type { AskedRoom } from '../persistence/room-store.ts';
import type { Stores } from '../persistence/stores.ts';

export interface RoomFeedRequest {
  /** Null follows for everybody whom a gateway lets in, and says whose access must be checked again. */
  viewerId: string | null;
  roomId: string;
  /** True for streams that only people in the room may follow. */
  joinedOnly?: boolean;
}

/** A room's stream, and the room as the viewer was let in; null in a stream that is for everybody. */
export interface GuardedRoom extends GuardedStream {
  room(): Room | null;
}

/** The durable events of rooms, for people who may read them and for as long as they may. */
export interface RoomFeed {
  /** Throws `ROOM_NOT_FOUND` for an id that is not of a room; `authorisedHead` does for a room the viewer may not see. */
  guarded(request: RoomFeedRequest): GuardedRoom;
  /** Follows the room from now on; throws like `authorisedHead`. */
  follow(request: RoomFeedRequest): Promise<AsyncIterableIterator<StreamItem>>;
  /** Whether somebody is in the room at this moment. */
  isIn(viewerId: string, roomId: string): Promise<boolean>;
}

export function createRoomFeed(live: LiveStreams, reads: Stores): RoomFeed {
  /** A room as a viewer sees it: one statement for all who ask in one turn, as a joining crowd does. */
  const seen = batchedByTurn(async (asked: readonly AskedRoom[]): Promise<(Room | null)[]> => {
    const different = new Map(asked.map((one) => [keyOf(one), one]));
    const rooms = await reads.rooms.findVisibleToEach([...different.values()]);
    const found = new Map(rooms.map((room) => [keyOf(room), room]));
    return asked.map((one) => found.get(keyOf(one)) ?? null);
  });
  const isIn = async (viewerId: string, roomId: string): Promise<boolean> =>
    (await seen({ viewerId, id: roomId }))?.participation != null;
  const readableRoom = async (
    { roomId, joinedOnly }: RoomFeedRequest,
    viewerId: string,
  ): Promise<Room> => {
    const room = await seen({ viewerId, id: roomId });
    if (!room) throw notFound('Room', ['roomId']);
    // An invited person may read the room, and follows it once they accept.
    const isOpen = room.kind === 'PUBLIC' && !joinedOnly;
    if (!isOpen && !room.participation) throw notAParticipant();
    return room;
  };
  const guarded = (request: RoomFeedRequest): GuardedRoom => {
    const { viewerId, roomId } = request;
    if (!isIdOf('room', roomId)) throw notFound('Room', ['roomId']);
    const stream = roomStream(roomId);
    if (viewerId === null) return { room: () => null, stream, reauthorise: leavers };
    let room: Room | null = null;
    // A person who left and came back, while newcomers see nothing of the history, must be shown less than
    // this stream.
    const seesAsMuch = (now: Room) => seesAll(now) || !(room && seesAll(room));
    const isStillIn = async () => {
      const now = await seen({ viewerId, id: roomId });
      return now?.participation != null && seesAsMuch(now);
    };
    return {
      room: () => room,
      stream,
      // The room is read with the head of its stream, so one look is enough to let its viewer in.
      authorisedHead: async () => {
        room = await readableRoom(request, viewerId);
        return room.head;
      },
      // Only their own leaving ends a viewer's access, and that is an event of this very stream. A replayed
      // one may be long past: they count as in the room if they are in it now.
      mayRead: async (event) => !leavers(event)?.includes(viewerId) || isStillIn(),
    };
  };
  return {
    guarded,
    isIn,
    follow: async (request) => followAuthorised(live, guarded(request), null),
  };
}

const keyOf = ({ viewerId, id }: AskedRoom): string => `${viewerId} ${id}`;

/** The users whom an event takes out of the room. */
function leavers(event: RecordedEvent): readonly string[] | null {
  const { left } = comingsAndGoings(event);
  return left.length > 0 ? left : null;
}

/** The users whom an event brings into the room, and those it takes out. */
export function comingsAndGoings({
  type,
  payload,
}: RecordedEvent): Pick<PayloadOf<'chat.ParticipantsChanged'>, 'joined' | 'left'> {
  return type === 'chat.ParticipantsChanged' ? payload : { joined: [], left: [] };
}
