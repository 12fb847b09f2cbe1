/** What a room tells of itself. */
export type SystemChange = 'JOINED' | 'LEFT' | 'UPDATED' | 'ARCHIVED' | 'PINNED';

/** What happened, where the room itself says so in a message: nobody's words. */
export interface SystemMessage {
  messageId: string;
  change: SystemChange;
  /** Who did it; null where that is not told. */
  byId: string | null;
  /** Who came or went. */
  peopleIds: readonly string[];
  /** The fields of the room that are others now. */
  changed: readonly string[];
  pinnedMessageId: string | null;
}

/** What is told of a change, as far as it says more than that it was. */
export type SystemNews = Pick<SystemMessage, 'change'> &
  Partial<Pick<SystemMessage, 'byId' | 'peopleIds' | 'changed' | 'pinnedMessageId'>>;

/** Of messages whose places are known: how many of those behind a reader's place people have said. */
export const unreadOf = (
  { lastSequence, systemCount }: { lastSequence: number; systemCount: number },
  { readUpTo, readSystemCount }: { readUpTo: number; readSystemCount: number },
): number => Math.max(0, lastSequence - systemCount - (readUpTo - readSystemCount));
