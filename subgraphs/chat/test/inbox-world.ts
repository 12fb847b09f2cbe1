import { setImmediate as turn } from 'node:timers/promises';
import type { PubSub } from '@souk/runtime/backplane';
import { createSignedCursors, newId } from '@souk/runtime/domain';
import {
  createLiveStreams,
  type EventLogReader,
  type LiveStreams,
  type RecordedEvent,
  roomStream,
  userStream,
} from '@souk/runtime/events';
import { createInboxFeed } from '../src/realtime/inbox-feed.ts';

/** What a client was sent, as it keeps it. */
export interface Taken {
  cursor: string;
  type: string;
  stream: string;
  sequence: number;
}

type Listener = (payload: unknown) => void;

/**
 * Rooms of one person whose log and pub/sub are in memory, so that a test decides what comes in which
 * order: hints wait until they are let through, and the inbox does nothing that was not asked of it.
 * Thousands of orders are gone through that a real backplane would show once in a year.
 */
export function createInboxWorld(roomCount: number, change = (live: LiveStreams) => live) {
  const viewerId = newId('usr');
  const own = userStream(viewerId);
  const rooms = Array.from({ length: roomCount }, () => newId('room'));
  const logs = new Map<string, RecordedEvent[]>();
  const logOf = (stream: string) => logs.get(stream) ?? [];
  let clock = Date.parse('2026-11-26T10:00:00Z');

  const log: EventLogReader = {
    read: async (stream, after, limit) => logOf(stream).slice(after, after + limit),
    heads: async (streams) => new Map(streams.map((stream) => [stream, logOf(stream).length])),
    tail: async () => 1,
  };
  const listeners = new Map<string, Set<Listener>>();
  const hints: { topic: string; payload: unknown }[] = [];
  const pubsub: PubSub = {
    publish: async (topic, payload) => void hints.push({ topic, payload }),
    subscribe: async (topic, listener) => {
      const all = listeners.get(topic) ?? new Set();
      listeners.set(topic, all.add(listener));
      return () => void all.delete(listener);
    },
    onResubscribed: () => () => {},
  };
  const cursors = createSignedCursors('a secret for tests, long enough');
  const live = createLiveStreams({
    ...{ subgraph: 'chat', log, pubsub, pollMs: 2 ** 30 },
    cursors: { at: () => '', sequenceOf: () => 0 },
    logger: { warn: () => {} } as never,
  });

  /** Since which event of each room the person is in it. */
  const since = new Map<string, number>();
  /** From which event to which they were in a room. */
  const stays: { roomId: string; from: number; to: number }[] = [];
  const enteredAfter = (after: number) =>
    new Map(
      logOf(own).flatMap(({ type, sequence, payload }) =>
        type === 'chat.RoomAdded' && sequence > after ? [[payload.roomId, payload.sequence]] : [],
      ),
    );
  const feed = createInboxFeed({
    live: change(live),
    cursors,
    reads: {
      inbox: {
        heads: async (_, place = null) => {
          const moment = place?.until.getTime() ?? clock - 60_000;
          const entered = enteredAfter(place?.own ?? Number.POSITIVE_INFINITY);
          return {
            now: new Date(clock),
            own: logOf(own).length,
            rooms: [...since.keys()].map((roomId) => {
              const events = logOf(roomStream(roomId));
              const first = events.find(({ occurredAt }) => occurredAt.getTime() > moment);
              return {
                ...{ roomId, head: events.length, firstSince: first?.sequence ?? null },
                entered: entered.get(roomId) ?? null,
              };
            }),
          };
        },
      },
    },
  });

  /** Commits what happened at once, in one transaction. */
  const commit = (...events: [stream: string, type: string, payload: object][]) => {
    const recorded = events.map(([stream, type, payload]) => {
      const sequence = logOf(stream).length + 1;
      clock += 1;
      const event = {
        ...{ id: newId('evt'), position: 0, version: 1, occurredAt: new Date(clock) },
        ...{ stream, sequence, type, payload },
      } as RecordedEvent;
      logs.set(stream, [...logOf(stream), event]);
      return event;
    });
    live.announce(recorded);
  };
  const post = (roomId: string) =>
    commit([roomStream(roomId), 'chat.MessagePosted', { roomId, messageId: newId('msg') }]);
  const goes = (roomId: string, type: 'chat.RoomAdded' | 'chat.RoomRemoved') => {
    const sequence = logOf(roomStream(roomId)).length + 1;
    const [joined, left] = type === 'chat.RoomAdded' ? [[viewerId], []] : [[], [viewerId]];
    commit(
      [roomStream(roomId), 'chat.ParticipantsChanged', { roomId, joined, left }],
      [own, type, { roomId, userId: viewerId, sequence }],
    );
    return sequence;
  };

  let stream: AsyncIterableIterator<Taken> | null = null;
  let waiting: Promise<IteratorResult<Taken>> | null = null;
  return {
    rooms,
    stays: () => [
      ...stays,
      ...[...since].map(([roomId, from]) => ({ roomId, from, to: Number.POSITIVE_INFINITY })),
    ],
    ownLength: () => logOf(own).length,
    messagesOf: (roomId: string, from: number) =>
      logOf(roomStream(roomId)).flatMap(({ type, sequence }) =>
        type === 'chat.MessagePosted' && sequence > from ? [sequence] : [],
      ),
    post,
    isIn: (roomId: string) => since.has(roomId),
    enter: (roomId: string) => since.set(roomId, goes(roomId, 'chat.RoomAdded')),
    leave: (roomId: string) => {
      const from = since.get(roomId) ?? 0;
      since.delete(roomId);
      stays.push({ roomId, from, to: goes(roomId, 'chat.RoomRemoved') });
    },
    readElsewhere: (roomId: string) =>
      commit([own, 'chat.RoomRead', { roomId, userId: viewerId, messageSequence: 0 }]),
    sleep: (ms: number) => {
      clock += ms;
    },
    /** Lets one hint through. */
    hint: (at: number) => {
      const [hint] = hints.splice(at % Math.max(1, hints.length), 1);
      if (hint) for (const listener of listeners.get(hint.topic) ?? []) listener(hint.payload);
      return hints.length;
    },
    head: () => feed.head(viewerId),
    follow: async (after: string) => {
      await stream?.return?.();
      waiting = null;
      stream = (await feed.follow({
        ...{ viewerId, after, everyMessage: true },
        show: async (event, { cursor }) => ({
          ...{ cursor, type: event.type, stream: event.stream, sequence: event.sequence },
        }),
      })) as AsyncIterableIterator<Taken>;
    },
    /** The next that is sent; null when nothing is to be sent now. */
    take: async (): Promise<Taken | null> => {
      waiting ??= (stream as AsyncIterableIterator<Taken>).next();
      // All of it is in memory: within some turns comes what is to come.
      const nothing = (async () => {
        for (let turns = 0; turns < 4; turns += 1) await turn();
        return null;
      })();
      const result = await Promise.race([waiting, nothing]);
      if (!result) return null;
      waiting = null;
      return result.done ? null : result.value;
    },
    close: async () => {
      await stream?.return?.();
      await live.close();
    },
  };
}

export type InboxWorld = ReturnType<typeof createInboxWorld>;
