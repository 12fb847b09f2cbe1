import { roomNotManageable } from './errors.ts';
import { assertInside, type Room } from './room.ts';

export type SupportState = 'OPEN' | 'WAITING_FOR_STAFF' | 'WAITING_FOR_CUSTOMER' | 'RESOLVED';

/** The additional state of a room in which somebody asks staff about an order. */
export interface Support {
  orderId: string;
  state: SupportState;
  /** The member of staff who helps; null while nobody does. */
  takenBy: string | null;
}

/** Whose turn it is while it is not marked as done: the staff's, whether or not somebody helps yet. */
const waiting = (takenBy: string | null): SupportState =>
  takenBy === null ? 'OPEN' : 'WAITING_FOR_STAFF';

/** After a message it is the other side's turn, even if it was marked as done. */
export const answered = (support: Support, authorId: string): Support => ({
  ...support,
  state: authorId === support.takenBy ? 'WAITING_FOR_CUSTOMER' : waiting(support.takenBy),
});

/** A member of staff helps from now on, instead of anybody before; a finished request stays finished. */
export const takenOver = (support: Support, takenBy: string): Support => ({
  ...support,
  takenBy,
  state: support.state === 'OPEN' ? waiting(takenBy) : support.state,
});

/** Nobody helps any more, unless it was somebody else who did. */
export function handedBack(support: Support, by: string): Support {
  if (support.takenBy !== by) return support;
  return {
    ...support,
    takenBy: null,
    state: support.state === 'RESOLVED' ? support.state : waiting(null),
  };
}

export function resolved(support: Support, on: boolean): Support {
  if (on) return { ...support, state: 'RESOLVED' };
  return support.state === 'RESOLVED' ? { ...support, state: waiting(support.takenBy) } : support;
}

/** The asker, and whoever helps, mark it as done, or not done. */
export function assertMayResolve(room: Room): asserts room is Room & { support: Support } {
  assertInside(room);
  if (room.support === null) throw roomNotManageable();
}
