import { CHANNELS, type Channel } from './notification.ts';

/** Why a notice was not delivered. The database refuses a suppressed or failed delivery without a reason. */
export const DELIVERY_REASONS = [
  'READ_BEFORE_SEND',
  'MUTED_ROOM',
  'NOTIFY_LEVEL',
  'QUIET_HOURS',
  'PAUSED',
  'ATTENTIVE',
  'PREFERENCE_OFF',
  'BATCHED_INTO',
  'SNOOZED',
  'BOUNCED',
  'COMPLAINED',
  'LEFT_ROOM',
  'BANNED',
  'RIGHTS_LOST',
  'BLOCKED',
  'DELETED',
  'RATE_LIMITED',
  'NO_ADDRESS',
  'NO_DEVICE',
  'NO_NUMBER',
  'DEVICE_GONE',
  'PROVIDER_REFUSED',
] as const;
export type DeliveryReason = (typeof DELIVERY_REASONS)[number];

/** Everything that the decision depends on, reduced to the values that make a difference. */
export interface DeliveryFacts {
  /** What has happened since to the occurrence, or to its recipient. */
  gone: 'NO' | 'DELETED' | 'LEFT' | 'BANNED' | 'RIGHTS_LOST' | 'BLOCKED';
  /** They read or archived it. */
  read: boolean;
  /** Their rule for the kind and channel; a digest that never leaves is a rule against all mail. */
  wanted: boolean;
  /** They still watch it, on this channel; true when it is not about a watch. */
  chosen: boolean;
  /** They muted the room for now. */
  muted: boolean;
  /** Their preference for the room includes this kind. */
  level: boolean;
  /**
   * Whether there is an address, a device or a number to send to; `SPENT` when the day's maximum was sent
   * there.
   */
  reach: 'YES' | 'NONE' | 'BOUNCED' | 'COMPLAINED' | 'SPENT';
  /** Their delay is over, and so is the wait for the digest. */
  due: boolean;
  snoozed: boolean;
  paused: boolean;
  quiet: boolean;
  /** They are active, or viewing the room; `TOO_LONG` when they have been for a whole day. */
  attention: 'AWAY' | 'ATTENTIVE' | 'TOO_LONG';
  /** Another mail about the same room was sent: within the hour, or about messages that are still unread. */
  mailed: 'NO' | 'THIS_HOUR' | 'UNREAD';
}

export type Outcome = 'SEND' | 'WAIT' | 'SUPPRESS';

/** A row of the table: if all of `when` holds, on one of these channels, this is the result. */
export interface DeliveryRule {
  channels: readonly Channel[];
  when: Partial<DeliveryFacts>;
  outcome: Exclude<Outcome, 'SEND'>;
  reason: DeliveryReason | null;
  /** The preference or setting that decided, for the person. */
  rule: string;
}

const OUTSIDE: readonly Channel[] = ['EMAIL', 'PUSH', 'SMS'];
const row = (
  channels: readonly Channel[],
  when: Partial<DeliveryFacts>,
  outcome: DeliveryRule['outcome'],
  reason: DeliveryReason | null,
  rule: string,
): DeliveryRule => ({ channels, when, outcome, reason, rule });

/**
 * The decision. The first matching row decides, and a notice that no row holds back is sent. It is made when
 * something happens, when the delay is over, and again before each attempt to send; docs/notifications.md is
 * generated from these rows.
 */
export const DELIVERY_RULES: readonly DeliveryRule[] = [
  row(CHANNELS, { gone: 'DELETED' }, 'SUPPRESS', 'DELETED', 'what it is about was deleted'),
  row(CHANNELS, { gone: 'LEFT' }, 'SUPPRESS', 'LEFT_ROOM', 'not in the room any more'),
  row(CHANNELS, { gone: 'BANNED' }, 'SUPPRESS', 'BANNED', 'banned from the room'),
  row(
    CHANNELS,
    { gone: 'RIGHTS_LOST' },
    'SUPPRESS',
    'RIGHTS_LOST',
    'works for the seller, or answers this, no more',
  ),
  row(CHANNELS, { gone: 'BLOCKED' }, 'SUPPRESS', 'BLOCKED', 'its author is blocked'),
  row(CHANNELS, { read: true }, 'SUPPRESS', 'READ_BEFORE_SEND', 'read, or put away'),
  row(CHANNELS, { wanted: false }, 'SUPPRESS', 'PREFERENCE_OFF', 'rule for this kind and channel'),
  row(OUTSIDE, { chosen: false }, 'SUPPRESS', 'PREFERENCE_OFF', 'the watch and its channels'),
  row(CHANNELS, { muted: true }, 'SUPPRESS', 'MUTED_ROOM', 'room muted for now'),
  row(CHANNELS, { level: false }, 'SUPPRESS', 'NOTIFY_LEVEL', 'what is wanted of the room'),
  row(['EMAIL'], { reach: 'NONE' }, 'SUPPRESS', 'NO_ADDRESS', 'no confirmed address'),
  row(['EMAIL'], { reach: 'BOUNCED' }, 'SUPPRESS', 'BOUNCED', 'an earlier mail came back'),
  row(['EMAIL'], { reach: 'COMPLAINED' }, 'SUPPRESS', 'COMPLAINED', 'an earlier mail was reported'),
  row(['PUSH'], { reach: 'NONE' }, 'SUPPRESS', 'NO_DEVICE', 'no device registered'),
  row(['SMS'], { reach: 'NONE' }, 'SUPPRESS', 'NO_NUMBER', 'no confirmed number'),
  row(['SMS'], { reach: 'BOUNCED' }, 'SUPPRESS', 'BOUNCED', 'the number takes no text messages'),
  row(['SMS'], { reach: 'COMPLAINED' }, 'SUPPRESS', 'COMPLAINED', 'STOP was answered'),
  row(['SMS'], { reach: 'SPENT' }, 'SUPPRESS', 'RATE_LIMITED', 'text messages of a day'),
  row(['EMAIL'], { mailed: 'UNREAD' }, 'SUPPRESS', 'RATE_LIMITED', 'one mail until it is read'),
  row(OUTSIDE, { due: false }, 'WAIT', null, 'delay for missed messages, or digest'),
  row(OUTSIDE, { snoozed: true }, 'WAIT', 'SNOOZED', 'snoozed'),
  row(OUTSIDE, { paused: true }, 'WAIT', 'PAUSED', 'all notices paused'),
  row(OUTSIDE, { quiet: true }, 'WAIT', 'QUIET_HOURS', 'quiet hours'),
  row(OUTSIDE, { attention: 'TOO_LONG' }, 'SUPPRESS', 'ATTENTIVE', 'there for a day, and unread'),
  row(OUTSIDE, { attention: 'ATTENTIVE' }, 'WAIT', 'ATTENTIVE', 'there, on some device'),
  row(['EMAIL'], { mailed: 'THIS_HOUR' }, 'WAIT', 'RATE_LIMITED', 'one mail of the same and hour'),
];

export interface Decision {
  outcome: Outcome;
  reason: DeliveryReason | null;
  rule: string | null;
}

const SENT: Decision = { outcome: 'SEND', reason: null, rule: null };

/** What happens to a notice on a channel in the current situation. */
export function decideDelivery(channel: Channel, facts: DeliveryFacts): Decision {
  const deciding = DELIVERY_RULES.find(
    ({ channels, when }) => channels.includes(channel) && holds(when, facts),
  );
  if (!deciding) return SENT;
  const { outcome, reason, rule } = deciding;
  return { outcome, reason, rule };
}

const holds = (when: Partial<DeliveryFacts>, facts: DeliveryFacts): boolean =>
  Object.entries(when).every(([fact, value]) => facts[fact as keyof DeliveryFacts] === value);
