/**
 * A compact record of how much somebody has been sent from all their rooms: for rooms with recent events the
 * position in each, and for all others a time up to which everything was sent. That time lies so far back
 * that nothing from before it can still arrive.
 */
export interface InboxPlace {
  /** How far their own stream was sent. */
  own: number;
  /** In rooms that are not listed, everything that happened until then was sent. */
  until: Date;
  /** How far the listed rooms were sent, by the ends of their ids. */
  rooms: ReadonlyMap<string, number>;
}

/** The place as stored in a cursor. `all` is false when too much happened at once to list it. */
export interface WrittenPlace {
  o: number;
  u: number;
  r: string;
  all: boolean;
}

/** 50 random bits: enough to tell a person's rooms apart, and short. */
const END = 10;
/** Keeps a cursor well below the scalar's limit, also as one of several in `viewerEvents`. */
const MAX_NAMED_ROOMS = 150;

export const endOfRoom = (roomId: string): string => roomId.slice(-END);

export function writtenPlace({ own, until, rooms }: InboxPlace): WrittenPlace {
  const all = rooms.size <= MAX_NAMED_ROOMS;
  const named = all ? [...rooms].map(([end, at]) => `${end}${at.toString(36)}`) : [];
  return { o: own, u: until.getTime(), r: named.join('.'), all };
}

/** Null for a place that could not be written in full. */
export function placeOf({ o: own, u, r, all }: WrittenPlace): InboxPlace | null {
  if (!all) return null;
  const named = r === '' ? [] : r.split('.');
  const rooms = new Map(
    named.map((text) => [text.slice(0, END), Number.parseInt(text.slice(END), 36)]),
  );
  return { own, until: new Date(u), rooms };
}
