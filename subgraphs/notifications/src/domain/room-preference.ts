/** Of what in a room somebody wants to be notified. */
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

/** Whether a message calls somebody, by name or with all. */
export const isCalled = (userId: string, { mentioned, mentionsAll }: Calls): boolean =>
  mentionsAll !== null || mentioned.includes(userId);

/** While somebody has a room muted they are notified of nothing in it. */
export const isMuted = ({ mutedUntil }: Pick<RoomPreference, 'mutedUntil'>, at: Date): boolean =>
  mutedUntil !== null && mutedUntil > at;

/** Whether what somebody wants of a room has such notices in it. */
export const wantsKind = (
  notify: RoomPreference['notify'],
  kind: 'MESSAGE' | 'MENTION' | 'REPLY',
): boolean => notify !== 'NONE' && (notify !== 'MENTIONS' || kind !== 'MESSAGE');
