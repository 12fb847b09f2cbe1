import { isIdOf } from '@souk/runtime/domain';

/** The replies to one message of a room, separate from the room. */
export interface Thread {
  /** The message that it is about. */
  rootId: string;
  roomId: string;
  /** Sequence of the newest reply. */
  lastSequence: number;
  lastReplyAt: Date;
}

/** Somebody's own state in a thread; without one they neither follow it nor have read any of it. */
export interface ThreadPlace {
  rootId: string;
  userId: string;
  following: boolean;
  /** Sequence of the newest reply that they have read. */
  readUpTo: number;
}

/** A message has one thread, so the thread needs no other id than the message's. */
export const threadIdOf = (rootId: string): string => rootId.replace(/^msg_/, 'thr_');

export const rootIdOf = (threadId: string): string | null =>
  isIdOf('thr', threadId) ? threadId.replace(/^thr_/, 'msg_') : null;
