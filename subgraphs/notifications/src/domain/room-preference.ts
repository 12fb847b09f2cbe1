/** What somebody wants to be told of a room. */
export interface RoomPreference {
  userId: string;
  notify: 'ALL' | 'MENTIONS' | 'NONE' | 'DEFAULT';
  mutedUntil: Date | null;
}

/** Whom a message calls. */
export interface Calls {
  mentioned: readonly string[];
  mentionsAll: 'HERE' | 'EVERYONE' | null;
}

/** Whether somebody wants to be told of a message: while they are muted, of none. */
export function wantsMessage(
  { userId, notify, mutedUntil }: RoomPreference,
  { mentioned, mentionsAll }: Calls,
  at: Date,
): boolean {
  if (mutedUntil !== null && mutedUntil > at) return false;
  if (notify === 'NONE') return false;
  return notify !== 'MENTIONS' || mentionsAll !== null || mentioned.includes(userId);
}
