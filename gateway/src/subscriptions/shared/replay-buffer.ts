import type { AffectedViewers } from '@souk/runtime/events';
import type { EncodedEvent } from '../encoded-event.ts';
import type { Subscriber } from './subscriber.ts';

/** An event of a shared stream; a common one is the same for everybody. */
export type StreamEvent = {
  /** Null for an event that is never replayed, of which only the newest counts. */
  readonly position: number | null;
  /** The stream can be resumed right behind this; null when it cannot. */
  readonly cursor: string | null;
} & (
  | { readonly kind: 'common'; readonly encoded: EncodedEvent }
  /** Not the same for everybody: completed for each viewer. */
  | { readonly kind: 'personal'; personalize(subscriber: Subscriber): Promise<EncodedEvent> }
  /** The access of these viewers may have ended; those who have none any more are sent the final event. */
  | {
      readonly kind: 'reauthorise';
      readonly whom: AffectedViewers;
      readonly finalEvent: EncodedEvent | null;
    }
);

/** The newest events of a stream, for subscribers that join or read a little later. */
export interface ReplayBuffer {
  /** The index behind the newest event. */
  readonly end: number;
  add(event: StreamEvent): void;
  /** The event to send next from an index on, with its index; null when there is none. */
  next(index: number): { index: number; event: StreamEvent } | null;
  /** True when something at or behind this index, or behind this position, is no longer kept. */
  misses(index: number, position: number | null): boolean;
}

export function createReplayBuffer(capacity: number): ReplayBuffer {
  const kept: StreamEvent[] = [];
  let first = 0;
  let forgotten: number | null = null;
  let newestMomentary = -1;
  const isMomentary = ({ kind, position }: StreamEvent) =>
    position === null && kind !== 'reauthorise';
  const isSuperseded = (index: number, event: StreamEvent) =>
    isMomentary(event) && index < newestMomentary;
  return {
    get end() {
      return first + kept.length;
    },
    add: (event) => {
      if (isMomentary(event)) newestMomentary = first + kept.length;
      kept.push(event);
      if (kept.length <= capacity) return;
      forgotten = kept.shift()?.position ?? forgotten;
      first += 1;
    },
    next: (from) => {
      for (let index = Math.max(from, first); index < first + kept.length; index += 1) {
        const event = kept[index - first] as StreamEvent;
        if (!isSuperseded(index, event)) return { index, event };
      }
      return null;
    },
    misses: (index, position) =>
      forgotten !== null && index < first && (position === null || position < forgotten),
  };
}
