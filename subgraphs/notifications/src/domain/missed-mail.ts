import type { Attention } from './attention.ts';
import type { DeliveryReason } from './delivery.ts';
import type { MailText } from './email.ts';

/** What is so at the moment when a mail of missed messages would leave. */
export interface MissedMailFacts {
  /** The notice is unread, and still in the inbox. */
  isUnread: boolean;
  isInRoom: boolean;
  isWanted: boolean;
  /** The confirmed one of this moment. */
  address: string | null;
  attention: Attention;
  /** How long ago the mail was asked for. */
  waitedMs: number;
}

export type MissedMailDecision =
  | { kind: 'SEND'; address: string }
  | { kind: 'WAIT' }
  | { kind: 'SUPPRESS'; reason: DeliveryReason };

/** A user who is attentive for so long and reads nothing does not want to. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/**
 * Asked when the delay is over and again before each try to send. Nobody is mailed while they look,
 * and nobody who went away unread is forgotten: the mail waits.
 */
export function decideMissedMail(facts: MissedMailFacts): MissedMailDecision {
  const { address, waitedMs } = facts;
  if (!facts.isUnread) return { kind: 'SUPPRESS', reason: 'READ_BEFORE_SEND' };
  if (!facts.isInRoom) return { kind: 'SUPPRESS', reason: 'LEFT_ROOM' };
  if (!facts.isWanted) return { kind: 'SUPPRESS', reason: 'PREFERENCE_OFF' };
  if (address === null) return { kind: 'SUPPRESS', reason: 'NO_ADDRESS' };
  if (facts.attention === 'AWAY') return { kind: 'SEND', address };
  return waitedMs < LONGEST_WAIT_MS ? { kind: 'WAIT' } : { kind: 'SUPPRESS', reason: 'ATTENTIVE' };
}

export interface MissedMessages {
  /** The author of the last message, and its room. */
  title: string;
  /** The beginning of the newest message. */
  body: string;
  count: number;
}

export const missedMailText = ({ title, body, count }: MissedMessages): MailText => ({
  subject: count === 1 ? `${title}: a new message` : `${title}: ${count} new messages`,
  text: [
    `${title}:`,
    `    ${body}`,
    'There will be no other mail about this conversation until you have read it. Mails like this one can be switched off in the preferences of your notifications.',
  ].join('\n\n'),
});
