import { badInput } from '@souk/runtime/domain';

export type ScheduledStatus = 'SCHEDULED' | 'SENT' | 'FAILED' | 'CANCELLED';

/** What is said later, in somebody's name. A moment exists once, whatever clocks people set by it. */
export interface ScheduledMessage {
  id: string;
  userId: string;
  roomId: string;
  /** The root of the thread it is said in; null for the room itself. */
  rootId: string | null;
  clientMessageId: string;
  text: string;
  sendAt: Date;
  status: ScheduledStatus;
  /** Why it was not sent: a code. */
  failure: string | null;
  messageId: string | null;
  createdAt: Date;
}

/** A message that somebody wants to be reminded of. */
export interface Reminder {
  userId: string;
  messageId: string;
  note: string | null;
  remindAt: Date;
  /** When they were reminded. */
  doneAt: Date | null;
}

export const MAX_SCHEDULED_MESSAGES = 100;
export const MAX_REMINDERS = 1_000;

const YEAR_MS = 366 * 24 * 3_600_000;

/** What is later lies ahead, and within a year. */
export function assertLater(at: Date, now: Date, path: readonly string[]): void {
  if (at <= now) throw badInput('This moment has to lie ahead.', path);
  if (at.getTime() > now.getTime() + YEAR_MS) throw badInput('A year ahead at most.', path);
}
