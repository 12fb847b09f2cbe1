import { roomNotManageable } from './errors.ts';
import { assertInside, type Room } from './room.ts';

export type SupportState = 'OPEN' | 'WAITING_FOR_STAFF' | 'WAITING_FOR_CUSTOMER' | 'RESOLVED';

/** What a support room is about: somebody asks staff, or a seller. */
export interface SupportSubject {
  /** The order about which staff are asked. */
  orderId: string | null;
  /** The seller who is asked; null where staff are. */
  sellerId: string | null;
  /** The part of an order about which its seller is asked. */
  sellerOrderId: string | null;
}

/** The additional state of a room in which somebody asks staff or a seller. */
export interface Support extends SupportSubject {
  state: SupportState;
  /** The person who helps, on the staff or for the seller; null while nobody does. */
  takenBy: string | null;
}

/** The same with how long the customer has waited. */
export interface Asked extends Support {
  customerId: string;
  /** Since when the customer waits for an answer; null while they do not. */
  waitingSince: Date | null;
}

/** Whose turn it is while it is not marked as done: the helping side's, whether or not somebody helps yet. */
const waiting = (takenBy: string | null): SupportState =>
  takenBy === null ? 'OPEN' : 'WAITING_FOR_STAFF';

/** After a message it is the other side's turn, even if it was marked as done. */
export const answered = (asked: Asked, authorId: string, at: Date): Asked =>
  authorId === asked.takenBy
    ? { ...asked, state: 'WAITING_FOR_CUSTOMER', waitingSince: null }
    : { ...asked, state: waiting(asked.takenBy), waitingSince: asked.waitingSince ?? at };

/** A person helps from now on, instead of anybody before; a finished request stays finished. */
export const takenOver = (asked: Asked, takenBy: string): Asked => ({
  ...asked,
  takenBy,
  state: asked.state === 'OPEN' ? waiting(takenBy) : asked.state,
});

/** Nobody helps any more, unless it was somebody else who did. */
export function handedBack(asked: Asked, by: string): Asked {
  if (asked.takenBy !== by) return asked;
  return {
    ...asked,
    takenBy: null,
    state: asked.state === 'RESOLVED' ? asked.state : waiting(null),
  };
}

export function resolved(asked: Asked, on: boolean): Asked {
  if (on) return { ...asked, state: 'RESOLVED', waitingSince: null };
  return asked.state === 'RESOLVED' ? { ...asked, state: waiting(asked.takenBy) } : asked;
}

/** Whether a seller's customer waits and nobody has taken it over, of which the seller's people are notified. */
export const waitsForSeller = ({ sellerId, takenBy, waitingSince }: Asked): boolean =>
  sellerId !== null && takenBy === null && waitingSince !== null;

/** The asker, and whoever helps, mark it as done, or not done. */
export function assertMayResolve(room: Room): asserts room is Room & { support: Support } {
  assertInside(room);
  if (room.support === null) throw roomNotManageable();
}
