import { mapped } from '@souk/runtime/async';

/** More would make the editor slow, and nobody scrolls that far. */
const MOST_EVENTS = 200;

interface Received {
  readonly at: string;
  readonly [part: string]: unknown;
}

/**
 * A subscription as a growing list, newest on top: a result of its own would replace the one before it.
 * `return` is passed on at once, also while the next event is awaited, since it is how to unsubscribe.
 */
export function eventList<Result extends object>(
  results: AsyncIterable<Result>,
  now = () => new Date(),
): AsyncIterableIterator<{ received: number; events: readonly Received[] }> {
  const source = results[Symbol.asyncIterator]();
  let events: readonly Received[] = [];
  let received = 0;
  return mapped(source, (value) => {
    received += 1;
    events = [{ at: now().toLocaleTimeString('en-GB'), ...value }, ...events].slice(0, MOST_EVENTS);
    return { received, events };
  });
}
