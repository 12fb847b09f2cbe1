import { EVENTS, isEventName } from './catalog/index.ts';
import type { RecordedEvent } from './event-log.ts';

/**
 * An event of an earlier version as one of the present version; any other as it is.
 *
 * @throws where nothing reads that version any more
 */
export function presentEvent(event: RecordedEvent): RecordedEvent {
  const definition = isEventName(event.type) ? EVENTS[event.type] : undefined;
  if (!definition || event.version >= definition.version) return event;
  const { version, earlier } = definition;
  const past = earlier?.[event.version];
  if (!past) throw new Error(`Nothing reads ${event.type} version ${event.version} any more.`);
  return { ...event, version, payload: past.parse(event.payload) } as RecordedEvent;
}
