import { excerptOf } from '@souk/runtime/domain';

export const KINDS = ['MESSAGE', 'ORDER_STATUS'] as const;
export type NotificationKind = (typeof KINDS)[number];

export const CHANNELS = ['IN_APP', 'EMAIL'] as const;
export type Channel = (typeof CHANNELS)[number];

/** The channels that a kind of notice may take. */
export const CHANNELS_OF: Readonly<Record<NotificationKind, readonly Channel[]>> = {
  MESSAGE: CHANNELS,
  ORDER_STATUS: ['IN_APP'],
};

/** One entry of somebody's inbox. */
export interface Notification {
  id: string;
  userId: string;
  kind: NotificationKind;
  /** Null where it is made of names that may change. */
  title: string | null;
  body: string;
  actorId: string | null;
  roomId: string | null;
  messageId: string | null;
  orderId: string | null;
  count: number;
  createdAt: Date;
  updatedAt: Date;
  readAt: Date | null;
}

/** A name of a person and one of a room, with what stands between them. */
const MAX_TITLE_LENGTH = 160;

/** "Ada Lovelace in #general", on one line; a room between two people has no name of its own. */
export function messageTitle(actorName: string | null, roomName: string | null): string {
  const who = actorName ?? 'Somebody';
  return excerptOf(roomName === null ? who : `${who} in #${roomName}`, MAX_TITLE_LENGTH);
}

/** How many notices of a person are unread, by kind. */
export interface UnreadCounts {
  userId: string;
  byKind: readonly { kind: NotificationKind; unread: number }[];
}

/** Of all kinds together. */
export const unreadIn = ({ byKind }: Pick<UnreadCounts, 'byKind'>): number =>
  byKind.reduce((sum, { unread }) => sum + unread, 0);

/** So many notices are named one by one; of more it is only said how many. */
export const MOST_NAMED = 100;
