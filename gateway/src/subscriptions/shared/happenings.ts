import type { AffectedViewers } from '@souk/runtime/events';
import type { EncodedEvent } from '../encoded-event.ts';
import type { Subscriber } from './subscriber.ts';

/** Something that happened in a stream. */
export type Happening = {
  /** What is never replayed has none, and of that only the newest counts. */
  readonly position: number | null;
  /** Continues right behind it; null where nothing does. */
  readonly cursor: string | null;
} & (
  | { readonly kind: 'event'; readonly event: EncodedEvent }
  /** Not the same for everybody: completed for each. */
  | { readonly kind: 'personal'; personalize(subscriber: Subscriber): Promise<EncodedEvent> }
  /** The access of these viewers may have ended; if so they are told the last word. */
  | {
      readonly kind: 'reauthorise';
      readonly whom: AffectedViewers;
      readonly finalEvent: EncodedEvent | null;
    }
);

/** The newest happenings of a stream, for whoever comes or reads a little later. */
export interface Happenings {
  /** Index behind the newest. */
  readonly end: number;
  add(happening: Happening): void;
  /** What to tell next from an index on, with its index; null when there is nothing. */
  next(index: number): { index: number; happening: Happening } | null;
  /** True when something at or behind this index, or behind this position, is no longer kept. */
  misses(index: number, position: number | null): boolean;
}

export function keepHappenings(capacity: number): Happenings {
  const kept: Happening[] = [];
  let first = 0;
  let forgotten: number | null = null;
  let newestMomentary = -1;
  const isSuperseded = (index: number, { kind, position }: Happening) =>
    position === null && kind !== 'reauthorise' && index < newestMomentary;
  return {
    get end() {
      return first + kept.length;
    },
    add: (happening) => {
      if (happening.position === null && happening.kind !== 'reauthorise') {
        newestMomentary = first + kept.length;
      }
      kept.push(happening);
      if (kept.length <= capacity) return;
      forgotten = kept.shift()?.position ?? forgotten;
      first += 1;
    },
    next: (from) => {
      for (let index = Math.max(from, first); index < first + kept.length; index += 1) {
        const happening = kept[index - first] as Happening;
        if (!isSuperseded(index, happening)) return { index, happening };
      }
      return null;
    },
    misses: (index, position) =>
      forgotten !== null && index < first && (position === null || position < forgotten),
  };
}
