import { EVENTS, isEventName } from './catalog/index.ts';
import type { RecordedEvent } from './event-log.ts';

/**
 * An event in its current version, whichever release recorded it: one of an earlier version is converted, and
 * one of the current version gets defaults for fields that its payload did not have yet. One that is unknown
 * here, or contains what only a later release knows, is returned unchanged: consumers refuse it, and streams
 * show what they can of it.
 *
 * @throws when that version is no longer supported
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
