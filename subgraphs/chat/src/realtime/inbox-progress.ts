import { endOfRoom, type InboxPlace } from '../domain/inbox-place.ts';
import { type InboxHeads, PRESENT_MS } from '../persistence/inbox-store.ts';

/** How much somebody has been sent from their rooms, while it is being sent. */
export interface InboxProgress {
  /** Their own stream was sent up to here. */
  own(sequence: number): void;
  /** A room was sent up to here, to an event at this time. */
  room(roomId: string, sequence: number, at: Date): void;
  /** The viewer is no longer in the room. */
  forget(roomId: string): void;
  /** Everything known at this time has been sent. */
  settled(at: Date): void;
  place(): InboxPlace;
}

export function createInboxProgress(start: Pick<InboxPlace, 'own' | 'until'>): InboxProgress {
  let { own, until } = start;
  /** Rooms in which something happened since `until`, or for which that is unknown. */
  const named = new Map<string, { sequence: number; at: number }>();
  return {
    own: (sequence) => {
      own = sequence;
    },
    room: (roomId, sequence, at) => {
      named.set(roomId, { sequence, at: at.getTime() });
    },
    forget: (roomId) => {
      named.delete(roomId);
    },
    settled: (at) => {
      until = new Date(Math.max(until.getTime(), at.getTime() - PRESENT_MS));
      for (const [roomId, last] of named) {
        if (last.at <= until.getTime()) named.delete(roomId);
      }
    },
    place: () => ({
      own,
      until,
      rooms: new Map([...named].map(([roomId, { sequence }]) => [endOfRoom(roomId), sequence])),
    }),
  };
}

/** Where to begin in each stream. */
export interface InboxStart {
  own: number;
  rooms: Map<string, number>;
  progress: InboxProgress;
}

/** Begins with what happens from now on. */
export function startNow({ own, now, rooms }: InboxHeads): InboxStart {
  const progress = createInboxProgress({ own, until: new Date(now.getTime() - PRESENT_MS) });
  for (const { roomId, head, firstSince } of rooms) {
    if (firstSince !== null) progress.room(roomId, head, now);
  }
  return { own, rooms: new Map(rooms.map(({ roomId, head }) => [roomId, head])), progress };
}

/** Places older than this may have lost something: days of the log are dropped after a month. */
const KEPT_MS = 14 * 24 * 3_600_000;

/** Continues after a place, from heads that were read as of its moment; or says why that is impossible. */
export function startBehind(
  place: InboxPlace,
  heads: InboxHeads,
  maxReplay: number,
): InboxStart | 'CURSOR_EXPIRED' | 'CURSOR_UNKNOWN' {
  if (place.until.getTime() < heads.now.getTime() - KEPT_MS) return 'CURSOR_EXPIRED';
  const progress = createInboxProgress(place);
  const rooms = new Map<string, number>();
  let behind = heads.own - place.own;
  if (behind < 0) return 'CURSOR_UNKNOWN';
  for (const { roomId, head, firstSince, entered } of heads.rooms) {
    const named = place.rooms.get(endOfRoom(roomId));
    if (named !== undefined) progress.room(roomId, named, heads.now);
    const start = entered ?? named ?? (firstSince === null ? head : firstSince - 1);
    if (start > head) return 'CURSOR_UNKNOWN';
    behind += head - start;
    rooms.set(roomId, start);
  }
  return behind > maxReplay ? 'CURSOR_EXPIRED' : { own: place.own, rooms, progress };
}
