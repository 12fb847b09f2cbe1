import { badInput, digestOf } from '@souk/runtime/domain';

export type ScheduledStatus = 'SCHEDULED' | 'SENT' | 'FAILED' | 'CANCELLED';

/** What is said later, in somebody's name. A moment exists once, whatever clocks people set by it. */
export interface ScheduledMessage {
  id: string;
  userId: string;
  roomId: string;
  /** The root of the thread it is said in; null for the room itself. */
  rootId: string | null;
  clientMessageId: string;
  /** Of what was first asked for under the client's id; null of what is older than that. */
  inputHash: string | null;
  text: string;
  sendAt: Date;
  status: ScheduledStatus;
  /** Why it was not sent: a code. */
  failure: string | null;
  messageId: string | null;
  createdAt: Date;
}

/** Tells a repetition, also after text or time were changed. */
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

/** Whether a reminder that waits is already what is asked for. */
export const isSameReminder = (before: Reminder, wanted: Reminder): boolean =>
  before.doneAt === null &&
  before.note === wanted.note &&
  before.remindAt.getTime() === wanted.remindAt.getTime();

export const MAX_SCHEDULED_MESSAGES = 100;
export const MAX_REMINDERS = 1_000;

const YEAR_MS = 366 * 24 * 3_600_000;

/** What is later lies ahead, and within a year. */
export function assertLater(at: Date, now: Date, path: readonly string[]): void {
  if (at <= now) throw badInput('This moment has to lie ahead.', path);
  if (at.getTime() > now.getTime() + YEAR_MS) throw badInput('A year ahead at most.', path);
}
