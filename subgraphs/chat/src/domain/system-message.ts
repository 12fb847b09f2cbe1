/** What a room reports about itself. */
export type SystemChange = 'JOINED' | 'LEFT' | 'UPDATED' | 'ARCHIVED' | 'PINNED' | 'ORDER';

/** What becomes of an order that its buyer sees in the room about it. */
export type OrderStep = 'PAID' | 'CANCELLED' | 'REJECTED' | 'SHIPPED' | 'DELIVERED' | 'REFUNDED';

/** What happened, when the room itself says so in a message. */
export interface SystemMessage {
  messageId: string;
  change: SystemChange;
  /** Who did it; null when that is not shown. */
  byId: string | null;
  /** Who came or went. */
  peopleIds: readonly string[];
  /** The fields of the room that have changed. */
  changed: readonly string[];
  pinnedMessageId: string | null;
  /** What became of the order that the room is about. */
  orderStep: OrderStep | null;
}

/** The details of a change that are shown, if there are any. */
export type SystemNews = Pick<SystemMessage, 'change'> &
  Partial<Pick<SystemMessage, 'byId' | 'peopleIds' | 'changed' | 'pinnedMessageId' | 'orderStep'>>;

/** For messages with known positions: how many of those after a reader's position people have written. */
export const unreadOf = (
  { lastSequence, systemCount }: { lastSequence: number; systemCount: number },
  { readUpTo, readSystemCount }: { readUpTo: number; readSystemCount: number },
): number => Math.max(0, lastSequence - systemCount - (readUpTo - readSystemCount));
