/** Which messages of a room somebody wants to be notified of. */
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

/** Whether a message mentions somebody, by name or with all. */
export const isCalled = (userId: string, { mentioned, mentionsAll }: Calls): boolean =>
  mentionsAll !== null || mentioned.includes(userId);

/** While somebody has muted a room they are not notified of anything in it. */
export const isMuted = ({ mutedUntil }: Pick<RoomPreference, 'mutedUntil'>, at: Date): boolean =>
  mutedUntil !== null && mutedUntil > at;

/** Whether somebody's preference for a room includes such notices. */
export const wantsKind = (
  notify: RoomPreference['notify'],
  kind: 'MESSAGE' | 'MENTION' | 'REPLY',
): boolean => notify !== 'NONE' && (notify !== 'MENTIONS' || kind !== 'MESSAGE');
