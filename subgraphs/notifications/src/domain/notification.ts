import { excerptOf, withoutHidden } from '@souk/runtime/domain';
import type { NoticeWords } from './notice-words.ts';
import type { NotificationTarget } from './notification-target.ts';

export const KINDS = [
  'MESSAGE',
  'MENTION',
  'REPLY',
  'INVITE',
  'JOIN_REQUEST',
  'ORDER_STATUS',
  'BACK_IN_STOCK',
  'PRICE_DROP',
  'REVIEW',
  'SECURITY',
  'SYSTEM',
  'ORDER_RECEIVED',
  'LOW_STOCK',
  'PAYOUT',
  'REPORT_FILED',
  'RETURN',
  'CUSTOMER_QUESTION',
] as const;
export type NotificationKind = (typeof KINDS)[number];

export const CHANNELS = ['IN_APP', 'EMAIL', 'PUSH', 'SMS'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Each text message costs money: only notices about money or the account are worth one. */
const WORTH_AN_SMS: readonly NotificationKind[] = [
  ...(['SECURITY', 'ORDER_STATUS', 'RETURN', 'ORDER_RECEIVED', 'PAYOUT'] as const),
];

/** The channels that a kind of notice can use. */
export const channelsOf = (kind: NotificationKind): readonly Channel[] =>
  CHANNELS.filter((channel) => {
    if (channel === 'SMS') return WORTH_AN_SMS.includes(kind);
    // A mail about an account's security is sent separately, and cannot be switched off.
    return !(kind === 'SECURITY' && channel === 'EMAIL');
  });

/** One entry of somebody's inbox. */
export interface Notification {
  id: string;
  userId: string;
  kind: NotificationKind;
  /** Null when it consists of names that may change, or is in the reader's language. */
  title: string | null;
  body: string;
  /** What the body is made of, and the title where there is one, if nobody wrote them. */
  words: NoticeWords | null;
  actorId: string | null;
  roomId: string | null;
  messageId: string | null;
  orderId: string | null;
  /** Where it leads to, for what is neither a room nor an order. */
  target: NotificationTarget | null;
  count: number;
  createdAt: Date;
  updatedAt: Date;
  readAt: Date | null;
  archivedAt: Date | null;
  snoozedUntil: Date | null;
}

/** Whether its owner requested it, to test whether a channel reaches them. */
export const isTest = ({ words }: Pick<Notification, 'words'>): boolean => words?.text === 'TEST';

/** How often somebody may try a channel. */
export const TESTS = { allowed: 5, windowSeconds: 3_600 };

/** The boxes of an inbox: a notice is in one of them. */
export const BOXES = ['INBOX', 'SNOOZED', 'ARCHIVED'] as const;
export type NotificationBox = (typeof BOXES)[number];

/** A name of a person and one of a room, with what stands between them. */
const MAX_TITLE_LENGTH = 160;

/** "Ada Lovelace in #general", on one line; a direct room has no name of its own. */
export function messageTitle(actorName: string | null, roomName: string | null): string {
  const who = actorName ?? 'Somebody';
  return oneLine(roomName === null ? who : `${who} in #${roomName}`);
}

/** A title is one line, without invisible characters such as those that reverse text. */
export const oneLine = (title: string): string => excerptOf(withoutHidden(title), MAX_TITLE_LENGTH);

/** How many notices of a person are unread, by kind, of those that are in the inbox itself. */
export interface UnreadCounts {
  userId: string;
  byKind: readonly { kind: NotificationKind; unread: number }[];
  /** How many of them have not been seen in the list yet. */
  badge: number;
}

/** Of all kinds together. */
export const unreadIn = ({ byKind }: Pick<UnreadCounts, 'byKind'>): number =>
  byKind.reduce((sum, { unread }) => sum + unread, 0);

/** Up to this many notices are listed one by one; of more only the number is given. */
export const MOST_NAMED = 100;
