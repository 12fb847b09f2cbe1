import { badInput, digestOf } from '@souk/runtime/domain';

export type ScheduledStatus = 'SCHEDULED' | 'SENT' | 'FAILED' | 'CANCELLED';

/**
 * What is posted later on somebody's behalf. Two equal requests for the same moment are the same, whatever
 * their time zones.
 */
export interface ScheduledMessage {
  id: string;
  userId: string;
  roomId: string;
  /** The root of the thread in which it is posted; null for the room itself. */
  rootId: string | null;
  clientMessageId: string;
  /** Of the first request under the client's id; null for older ones. */
  inputHash: string | null;
  text: string;
  sendAt: Date;
  /** Its author was staff that moderates everywhere when they scheduled it, and has been since. */
  asStaff: boolean;
  status: ScheduledStatus;
  /** Why it was not sent: a code. */
  failure: string | null;
  messageId: string | null;
  createdAt: Date;
}

/** Recognises a repetition, even after its text or time was changed. */
export const scheduleHash = ({ text, sendAt }: Pick<ScheduledMessage, 'text' | 'sendAt'>): string =>
  digestOf(JSON.stringify([text, sendAt.toISOString()]));

type Request = Pick<ScheduledMessage, 'roomId' | 'rootId' | 'inputHash'>;

export const isSameRequest = (first: Request, again: Request): boolean =>
  first.roomId === again.roomId &&
  first.rootId === again.rootId &&
  (first.inputHash === null || first.inputHash === again.inputHash);

/** A message that somebody wants to be reminded of. */
export interface Reminder {
  userId: string;
  messageId: string;
  note: string | null;
  remindAt: Date;
  /** When they were reminded. */
  doneAt: Date | null;
}

/** Whether a pending reminder is already as requested. */
export const isSameReminder = (before: Reminder, wanted: Reminder): boolean =>
  before.doneAt === null &&
  before.note === wanted.note &&
  before.remindAt.getTime() === wanted.remindAt.getTime();

export const MAX_SCHEDULED_MESSAGES = 100;
export const MAX_REMINDERS = 1_000;

const YEAR_MS = 366 * 24 * 3_600_000;

/** Scheduled times must be in the future, and within a year. */
export function assertLater(at: Date, now: Date, path: readonly string[]): void {
  if (at <= now) throw badInput('This time must be in the future.', path);
  if (at.getTime() > now.getTime() + YEAR_MS) throw badInput('At most a year ahead.', path);
}
