/**
 * How far somebody was sent what happens in all their rooms, in little: of rooms in which something
 * happened lately, how far each was sent; of all others, everything until a moment. That moment lies
 * so far back that nothing from before it is still to come.
 */
export interface InboxPlace {
  /** How far their own stream was sent. */
  own: number;
  /** Of rooms that are not named, everything that happened until then was sent. */
  until: Date;
  /** How far the others were sent, by the ends of their ids. */
  rooms: ReadonlyMap<string, number>;
}

/** The place as a cursor holds it. `all` is false when too much happened at once to name it. */
export interface WrittenPlace {
  o: number;
  u: number;
  r: string;
  all: boolean;
}

/** 50 random bits: enough to tell a person's rooms apart, and short. */
const END = 10;
/** So that a cursor stays well below what the scalar takes, also as one of several in `viewerEvents`. */
const MAX_NAMED_ROOMS = 150;

export const endOfRoom = (roomId: string): string => roomId.slice(-END);

export function writtenPlace({ own, until, rooms }: InboxPlace): WrittenPlace {
  const all = rooms.size <= MAX_NAMED_ROOMS;
  const named = all ? [...rooms].map(([end, at]) => `${end}${at.toString(36)}`) : [];
  return { o: own, u: until.getTime(), r: named.join('.'), all };
}

/** Null for a place that could not be written down in full. */
export function placeOf({ o: own, u, r, all }: WrittenPlace): InboxPlace | null {
  if (!all) return null;
  const named = r === '' ? [] : r.split('.');
  const rooms = new Map(
    named.map((text) => [text.slice(0, END), Number.parseInt(text.slice(END), 36)]),
  );
  return { own, until: new Date(u), rooms };
}
