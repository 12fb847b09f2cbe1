import type { EventName } from './catalog/index.ts';
import type { RecordedEvent } from './event-log.ts';
import { presentEvent } from './present-event.ts';

/** The pub/sub topic on which a stream's news travel. */
export const streamTopic = (subgraph: string, stream: string) => `${subgraph}:stream:${stream}`;

/** The topic of all events of one type, for those that gateways hear of. */
export const typeTopic = (type: EventName) => `events:${type}`;

/** An event above this size (characters of JSON) travels as its sequence alone. */
const MAX_INLINE_LENGTH = 8_000;

/** What travels: a hint that may be lost, repeated or late. The log is the truth. */
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
 * The event that travelled with a hint, as the catalogue describes it by now; null where none did, or
 * none that can be read: the log has it, and its reader says what is wrong with it.
 */
export function eventOfHint({ event }: StreamHint): RecordedEvent | null {
  if (!event) return null;
  try {
    return presentEvent({ ...event, occurredAt: new Date(event.occurredAt) });
  } catch {
    return null;
  }
}

/** For each kind of event by itself, so that its type still tells its payload. */
type WithTimeAsText<Event extends RecordedEvent> = Event extends unknown
  ? Omit<Event, 'occurredAt'> & { occurredAt: string }
  : never;
