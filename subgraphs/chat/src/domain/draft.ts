import { versionConflict } from '@souk/runtime/domain';

/** Where somebody writes. */
export interface DraftPlace {
  userId: string;
  roomId: string;
  /** The root of the thread; empty for the room itself. */
  rootId: string;
}

/**
 * What somebody was about to post. An empty text is kept, so that a device that was offline learns that it is
 * done.
 */
export interface Draft extends DraftPlace {
  text: string;
  replyToId: string | null;
  version: number;
  updatedAt: Date;
}

/** The next draft in a place; throws when another device has written there meanwhile. */
export function nextDraft(
  before: Draft | null,
  place: DraftPlace,
  written: { text: string; replyToId: string | null; at: Date; expectedVersion: number | null },
): Draft {
  const version = before?.version ?? 0;
  const { text, replyToId, at, expectedVersion } = written;
  if (expectedVersion !== null && expectedVersion !== version) throw versionConflict(version);
  return { ...place, text, replyToId, version: version + 1, updatedAt: at };
}
