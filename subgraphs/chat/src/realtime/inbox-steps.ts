import {
  type RecordedEvent,
  roomStream,
  type StreamRun,
  type StreamSet,
  userStream,
} from '@souk/runtime/events';
import type { RoomHead } from '../persistence/inbox-store.ts';
import type { InboxStart } from './inbox-progress.ts';
import { comingsAndGoings } from './room-feed.ts';

/** An event that is sent. */
export interface InboxStep {
  event: RecordedEvent;
  /** Takes note that it was sent, before the cursor is made that goes with it. */
  move(): void;
}

/** Makes of what streams give the events that a person is sent, and follows them into rooms and out. */
export interface InboxSteps {
  of(run: StreamRun): Promise<InboxStep[]>;
  /** Begins with the rooms; gives the streams in which something is to be caught up with. */
  startRooms(heads: readonly RoomHead[], isHeadNews: (roomId: string) => boolean): Set<string>;
}

export interface InboxStepsDeps {
  viewerId: string;
  everyMessage: boolean;
  set: StreamSet;
  start: InboxStart;
  now(): Date;
}

export function createInboxSteps(deps: InboxStepsDeps): InboxSteps {
  const { viewerId, everyMessage, set, now } = deps;
  const { rooms, progress } = deps.start;
  const own = userStream(viewerId);
  let areRoomsStarted = false;

  const enter = (roomId: string, sequence: number) => {
    progress.room(roomId, sequence, now());
    if (areRoomsStarted) set.start(roomStream(roomId), sequence);
    else if (rooms.has(roomId)) rooms.set(roomId, sequence);
  };
  const leave = (roomId: string) => {
    progress.forget(roomId);
    if (areRoomsStarted) set.remove(roomStream(roomId));
  };

  /** Each event of the person's own stream; those that say in which rooms they are take effect. */
  const ofOwn = async ({ events }: StreamRun): Promise<InboxStep[]> => {
    if (areRoomsStarted) {
      const added = events.flatMap((event) =>
        event.type === 'chat.RoomAdded' ? [roomStream(event.payload.roomId)] : [],
      );
      await set.watch(added);
    }
    return events.map((event) => ({
      event,
      move: () => {
        progress.own(event.sequence);
        if (event.type === 'chat.RoomAdded') enter(event.payload.roomId, event.payload.sequence);
        if (event.type === 'chat.RoomRemoved') leave(event.payload.roomId);
      },
    }));
  };

  /** The messages of a room, until the person goes: what is said there then is not for them. */
  const ofRoom = ({ stream, events, after }: StreamRun): InboxStep[] => {
    const roomId = roomStream.idOf(stream);
    const going = events.findIndex((event) => comingsAndGoings(event).left.includes(viewerId));
    const seen = going < 0 ? events : events.slice(0, going);
    const messages = seen.filter(({ type }) => type === 'chat.MessagePosted');
    const sent = everyMessage ? messages : messages.slice(-1);
    const end = () => {
      if (going >= 0) leave(roomId);
      else progress.room(roomId, after, events.at(-1)?.occurredAt ?? now());
    };
    if (sent.length === 0) end();
    return sent.map((event) => ({
      event,
      move: () => {
        if (event === sent.at(-1)) end();
        else progress.room(roomId, event.sequence, event.occurredAt);
      },
    }));
  };

  return {
    of: async (run) => {
      if (run.stream === own) {
        if (run.isGap) progress.own(run.after);
        return ofOwn(run);
      }
      if (run.isGap) progress.room(roomStream.idOf(run.stream), run.after, now());
      return run.isGap ? [] : ofRoom(run);
    },
    startRooms: (heads, isHeadNews) => {
      areRoomsStarted = true;
      const behind = new Set<string>();
      for (const { roomId, head } of heads) {
        const at = rooms.get(roomId) ?? head;
        if (at < head) behind.add(roomStream(roomId));
        set.start(roomStream(roomId), at, isHeadNews(roomId) ? head : undefined);
      }
      return behind;
    },
  };
}
