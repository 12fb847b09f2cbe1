import { roomNotManageable } from './errors.ts';
import { assertInside, type Room } from './room.ts';

export type SupportState = 'OPEN' | 'WAITING_FOR_STAFF' | 'WAITING_FOR_CUSTOMER' | 'RESOLVED';

/** What a room is besides in which somebody asks staff about an order. */
export interface Support {
  orderId: string;
  state: SupportState;
  /** Who of the staff helps; null while nobody does. */
  takenBy: string | null;
}

/** Whose turn it is while nobody says that it is over: the staff's, of whom somebody helps, or nobody yet. */
const waiting = (takenBy: string | null): SupportState =>
  takenBy === null ? 'OPEN' : 'WAITING_FOR_STAFF';

/** After something was said: the other one's turn, also where it was over. */
export const answered = (support: Support, authorId: string): Support => ({
  ...support,
  state: authorId === support.takenBy ? 'WAITING_FOR_CUSTOMER' : waiting(support.takenBy),
});

/** Somebody of the staff helps from now on, in place of whoever did; what is over stays so. */
export const takenOver = (support: Support, takenBy: string): Support => ({
  ...support,
  takenBy,
  state: support.state === 'OPEN' ? waiting(takenBy) : support.state,
});

/** Nobody helps any more, unless it was another one who did. */
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

/** Whoever asked, and who helps, say that it is over, or not. */
export function assertMayResolve(room: Room): asserts room is Room & { support: Support } {
  assertInside(room);
  if (room.support === null) throw roomNotManageable();
}
