import {
  type EventName,
  type RecordedEvent,
  roomStream,
  type StreamRun,
  type StreamSet,
  userStream,
} from '@souk/runtime/events';
import type { RoomHead } from '../persistence/inbox-store.ts';
import type { InboxStart } from './inbox-progress.ts';
import { comingsAndGoings } from './room-feed.ts';

/** New messages in rooms, and changes of messages. */
const OF_TALK: ReadonlySet<EventName> = new Set([
  'chat.RoomUpdated',
  'chat.ThreadReplied',
  'chat.MessagePosted',
  'chat.SystemMessagePosted',
  'chat.MessageEdited',
  'chat.MessageGrew',
  'chat.MessageDeleted',
  'chat.ReactionsChanged',
  'chat.PinChanged',
]);

/** Events that change how a list of rooms looks, which shows the newest message of each. */
const SEEN_IN_LISTS: ReadonlySet<EventName> = new Set([
  'chat.RoomUpdated',
  'chat.ThreadReplied',
  'chat.MessagePosted',
  'chat.SystemMessagePosted',
  'chat.MessageEdited',
  'chat.MessageDeleted',
]);

/** A growing message is shown whole in lists, and not with each piece. */
const isSeenInLists = ({ type, payload }: RecordedEvent): boolean =>
  SEEN_IN_LISTS.has(type) || (type === 'chat.MessageGrew' && payload.isFinal);

/** An event that is sent. */
export interface InboxStep {
  event: RecordedEvent;
  /** Earlier events that it stands for, newest first: lists of rooms are told of all of them at once. */
  earlier: readonly RecordedEvent[];
  /** Records that it was sent, before its cursor is made. */
  move(): Promise<void>;
}

/**
 * Turns what streams return into the events that a person is sent, and follows that person into and out of
 * rooms.
 */
export interface InboxSteps {
  of(run: StreamRun): InboxStep[];
  /** Begins with the rooms in which the person currently is. */
  startRooms(heads: readonly RoomHead[], isHeadNews: (roomId: string) => boolean): Promise<void>;
  /** Records that all steps of a run were sent. */
  sent(run: StreamRun): void;
  /** True once each room was sent as far as it reached at the beginning, or is no longer the person's. */
  readonly isCaughtUp: boolean;
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
  const { progress } = deps.start;
  const own = userStream(viewerId);
  /** Where to begin in each room that the person is in, until the rooms are started. */
  const rooms = new Map(deps.start.rooms);
  let areRoomsStarted = false;
  /** Streams in which there is something to catch up with, and up to where. */
  const behind = new Map<string, number>();

  const enter = async (roomId: string, sequence: number) => {
    progress.room(roomId, sequence, now());
    if (!areRoomsStarted) {
      rooms.set(roomId, sequence);
      return;
    }
    // Only now, since an event before this one may have taken the person out of the same room.
    await set.watch([roomStream(roomId)]);
    set.start(roomStream(roomId), sequence);
  };
  const leave = (roomId: string) => {
    progress.forget(roomId);
    rooms.delete(roomId);
    behind.delete(roomStream(roomId));
    // A room that is already watched stays so until the rooms are started: they may come back.
    if (areRoomsStarted) set.remove(roomStream(roomId));
  };

  /** Each event of the person's own stream; those that say which rooms they are in take effect. */
  const ofOwn = ({ events }: StreamRun): InboxStep[] =>
    events.map((event) => ({
      event,
      earlier: [],
      move: async () => {
        progress.own(event.sequence);
        if (event.type === 'chat.RoomRemoved') leave(event.payload.roomId);
        if (event.type === 'chat.RoomAdded') {
          await enter(event.payload.roomId, event.payload.sequence);
        }
      },
    }));

  /** What happens in a room until the person leaves; later events are not for them. */
  const ofRoom = ({ stream, events, after }: StreamRun): InboxStep[] => {
    const roomId = roomStream.idOf(stream);
    const going = events.findIndex((event) => comingsAndGoings(event).left.includes(viewerId));
    const seen = going < 0 ? events : events.slice(0, going);
    const listed = everyMessage ? [] : seen.filter(isSeenInLists).reverse();
    const sent = everyMessage ? seen.filter(({ type }) => OF_TALK.has(type)) : listed.slice(0, 1);
    const end = () => {
      if (going >= 0) leave(roomId);
      else progress.room(roomId, after, events.at(-1)?.occurredAt ?? now());
    };
    if (sent.length === 0) end();
    return sent.map((event) => ({
      event,
      earlier: listed.slice(1),
      move: async () => {
        if (event === sent.at(-1)) end();
        else progress.room(roomId, event.sequence, event.occurredAt);
      },
    }));
  };

  return {
    of: (run) => {
      if (run.stream === own) {
        if (run.isGap) progress.own(run.after);
        return ofOwn(run);
      }
      if (run.isGap) progress.room(roomStream.idOf(run.stream), run.after, now());
      return run.isGap ? [] : ofRoom(run);
    },
    startRooms: async (heads, isHeadNews) => {
      const headOf = new Map(heads.map(({ roomId, head }) => [roomId, head]));
      areRoomsStarted = true;
      for (const { roomId } of heads) if (!rooms.has(roomId)) set.remove(roomStream(roomId));
      // Among them are rooms that the person joined after the heads were read.
      await set.watch([...rooms.keys()].map(roomStream));
      for (const [roomId, at] of rooms) {
        const head = headOf.get(roomId);
        if (head !== undefined && at < head) behind.set(roomStream(roomId), head);
        set.start(roomStream(roomId), at, isHeadNews(roomId) ? head : undefined);
      }
    },
    sent: ({ stream, after }) => {
      const head = behind.get(stream);
      if (head !== undefined && after >= head) behind.delete(stream);
    },
    get isCaughtUp() {
      return behind.size === 0;
    },
  };
}
