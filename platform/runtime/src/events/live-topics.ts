import type { EventName } from './catalog/index.ts';
import type { RecordedEvent } from './event-log.ts';
import { presentEvent } from './present-event.ts';

/** The pub/sub topic for the news of a stream. */
export const streamTopic = (subgraph: string, stream: string) => `${subgraph}:stream:${stream}`;

/** The topic of all events of one type, for types that gateways learn of. */
export const typeTopic = (type: EventName) => `events:${type}`;

/** An event above this size (characters of JSON) is announced by its sequence alone. */
const MAX_INLINE_LENGTH = 8_000;

/** What is published: a hint that may be lost, repeated or late. The log is the truth. */
export interface StreamHint {
  sequence: number;
  event?: WithTimeAsText<RecordedEvent>;
}

export function hintOf(event: RecordedEvent): StreamHint {
  const inline = { ...event, occurredAt: event.occurredAt.toISOString() };
  const small = JSON.stringify(event.payload).length <= MAX_INLINE_LENGTH;
  return small ? { sequence: event.sequence, event: inline } : { sequence: event.sequence };
}

/**
 * The event that came with a hint, in its current version; null when there was none, or it cannot be read:
 * then it is read from the log, whose reader reports what is wrong with it.
 */
export function eventOfHint({ event }: StreamHint): RecordedEvent | null {
  if (!event) return null;
  try {
    return presentEvent({ ...event, occurredAt: new Date(event.occurredAt) });
  } catch {
    return null;
  }
}

/** Each kind of event separately, so that its type determines its payload. */
type WithTimeAsText<Event extends RecordedEvent> = Event extends unknown
  ? Omit<Event, 'occurredAt'> & { occurredAt: string }
  : never;
