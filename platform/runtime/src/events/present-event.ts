import { EVENTS, isEventName } from './catalog/index.ts';
import type { RecordedEvent } from './event-log.ts';

/**
 * An event as the catalogue describes it by now, whichever release recorded it: one of an earlier
 * version as one of the present version, and one of the present version with the defaults of what its
 * payload did not have yet. One that is not known here, or says what only a later release knows, stays as
 * it is: consumers refuse it, and streams show of it what they can.
 *
 * @throws where nothing reads that version any more
 */
export function presentEvent(event: RecordedEvent): RecordedEvent {
  const definition = isEventName(event.type) ? EVENTS[event.type] : undefined;
  if (!definition || event.version > definition.version) return event;
  const { version, earlier, payload } = definition;
  if (event.version === version) {
    const { success, data } = payload.safeParse(event.payload);
    return success ? ({ ...event, payload: data } as RecordedEvent) : event;
  }
  const past = earlier?.[event.version];
  if (!past) throw new Error(`Nothing reads ${event.type} version ${event.version} any more.`);
  return { ...event, version, payload: past.parse(event.payload) } as RecordedEvent;
}
