import type { AffectedViewers } from '@souk/runtime/events';
import { type Indexed, IndexedSet } from '../../indexed-set.ts';
import type { Cancellation, CancellationListener } from '../cancellation.ts';
import { writing } from '../event-telemetry.ts';
import type { LiveSink } from '../live-sink.ts';
import { createReplayBuffer, type StreamEvent } from './replay-buffer.ts';
import type { Detachment, Subscriber } from './subscriber.ts';

export interface SharedStream {
  readonly isEmpty: boolean;
  /** Follows until something detaches the client from the stream. */
  follow(subscriber: Subscriber): Promise<Detachment>;
  /** From this position on the stream has all events; nobody is sent anything before it. */
  beganAt(position: number | null): void;
  publish(event: StreamEvent): void;
  /**
   * The subscriber whose allowance pays for the next event: a different one each time, with `isOnly` when all
   * subscribers are the same viewer. A subscriber whose allowance is used up is detached, to wait by itself;
   * null when nobody is left.
   */
  payer(
    mayPay: (subscriber: Subscriber) => boolean,
  ): { subscriber: Subscriber; isOnly: boolean } | null;
  /** Detaches all subscribers, a few at a time. */
  detachAll(kind: 'behind' | 'moved'): void;
}

/** Events that a client still finds when it joins or reads a little later. */
const KEPT = 256;
/** Clients detached in one turn: each has to plan again. */
const DETACHED_AT_ONCE = 100;

export interface SharedStreamOptions {
  /** Events have positions, and those behind an earlier position can be requested again. */
  isReplayed: boolean;
  onEmpty(): void;
}

/** A subscriber and how far it has been sent the stream. A class, so that thousands have the same shape. */
class AttachedSubscriber implements Subscriber, CancellationListener, Indexed {
  readonly userId: string | null;
  readonly sink: LiveSink;
  readonly cancellation: Cancellation;
  readonly request: Subscriber['request'];
  position: number | null;
  cursor: string | null;
  /** Index of the first event that it has not been sent. */
  next = 0;
  isBusy = false;
  index = -1;
  readonly #onDetached: (detachment: Detachment) => void;
  readonly #onCancelled: (subscriber: AttachedSubscriber) => void;

  constructor(
    { userId, position, cursor, sink, cancellation, request }: Subscriber,
    onCancelled: (subscriber: AttachedSubscriber) => void,
    onDetached: (detachment: Detachment) => void,
  ) {
    this.userId = userId;
    this.position = position;
    this.cursor = cursor;
    this.sink = sink;
    this.cancellation = cancellation;
    this.request = request;
    this.#onDetached = onDetached;
    this.#onCancelled = onCancelled;
    cancellation.notify(this);
  }

  cancelled(): void {
    this.#onCancelled(this);
  }

  detached(detachment: Detachment): void {
    this.cancellation.notify(null);
    this.#onDetached(detachment);
  }
}

/**
 * One stream for many clients. Subscribers that are up to date are sent the next event in one loop; a
 * subscriber that has no room for it lags behind and is sent what the replay buffer keeps, at its own pace.
 * Nothing is queued for individual subscribers.
 */
export function createSharedStream({ isReplayed, onEmpty }: SharedStreamOptions): SharedStream {
  const buffer = createReplayBuffer(KEPT);
  const current = new IndexedSet<AttachedSubscriber>();
  const lagging = new IndexedSet<AttachedSubscriber>();
  let start: number | null | undefined;
  /** Position and cursor of the newest event. */
  let position: number | null = null;
  let cursor: string | null = null;

  const isAttached = (subscriber: AttachedSubscriber) =>
    current.has(subscriber) || lagging.has(subscriber);
  const remove = (subscriber: AttachedSubscriber): boolean =>
    current.delete(subscriber) || lagging.delete(subscriber);
  const detach = (subscriber: AttachedSubscriber, detachment: Detachment) => {
    if (!remove(subscriber)) return;
    subscriber.detached(detachment);
    if (current.size + lagging.size === 0) onEmpty();
  };
  /**
   * Sends these subscribers nothing more, and notifies a few of them at a time, since each has to plan again.
   */
  const detachThese = (
    subscribers: readonly AttachedSubscriber[],
    detachmentOf: (subscriber: AttachedSubscriber) => Detachment,
  ) => {
    const leaving = subscribers.filter(remove);
    const letGo = () => {
      for (const subscriber of leaving.splice(0, DETACHED_AT_ONCE)) {
        subscriber.detached(detachmentOf(subscriber));
      }
      if (leaving.length > 0) setImmediate(letGo);
    };
    letGo();
    if (subscribers.length > 0 && current.size + lagging.size === 0) onEmpty();
  };
  const isOnlyViewer = ({ userId }: AttachedSubscriber): boolean => {
    for (const subscribers of [current, lagging]) {
      for (const other of subscribers) if (other.userId !== userId) return false;
    }
    return userId !== null;
  };
  /** Records the position of a subscriber that was sent everything so far. */
  const bringUpToDate = (subscriber: AttachedSubscriber) => {
    subscriber.cursor = cursor ?? subscriber.cursor;
    if (position !== null && (subscriber.position ?? -1) < position) subscriber.position = position;
  };
  const lag = (subscriber: AttachedSubscriber) => {
    bringUpToDate(subscriber);
    current.delete(subscriber);
    lagging.add(subscriber);
    subscriber.next = buffer.end - 1;
  };

  /** False when the subscriber is to be sent nothing more. */
  const send = async (subscriber: AttachedSubscriber, event: StreamEvent): Promise<boolean> => {
    if (hasSeen(subscriber, event)) return true;
    if (event.kind === 'reauthorise') {
      if (!isNamed(subscriber, event.whom)) return true;
      const { finalEvent } = event;
      detach(subscriber, { kind: 'reauthorise', cursor: subscriber.cursor, finalEvent });
      return false;
    }
    const encoded = event.kind === 'common' ? event.encoded : await event.personalize(subscriber);
    const span = event.kind === 'personal' ? writing(encoded, 1) : null;
    while (isAttached(subscriber) && !subscriber.sink.write(encoded)) await subscriber.sink.room();
    span?.end();
    subscriber.cursor = event.cursor ?? subscriber.cursor;
    subscriber.position = event.position ?? subscriber.position;
    return isAttached(subscriber);
  };

  const catchUp = async (subscriber: AttachedSubscriber): Promise<void> => {
    if (subscriber.isBusy) return;
    subscriber.isBusy = true;
    for (;;) {
      if (buffer.misses(subscriber.next, subscriber.position)) {
        return detach(subscriber, { kind: 'behind', cursor: subscriber.cursor });
      }
      const next = buffer.next(subscriber.next);
      if (!next) break;
      if (!(await send(subscriber, next.event))) return;
      subscriber.next = next.index + 1;
    }
    subscriber.isBusy = false;
    subscriber.next = buffer.end;
    const isAhead =
      position !== null && subscriber.position !== null && subscriber.position > position;
    if (!isAhead && lagging.delete(subscriber)) current.add(subscriber);
  };

  const resume = (subscriber: AttachedSubscriber) =>
    void catchUp(subscriber).catch(() =>
      detach(subscriber, { kind: 'behind', cursor: subscriber.cursor }),
    );

  const cancelled = (subscriber: AttachedSubscriber) =>
    detach(subscriber, { kind: 'cancelled', cursor: subscriber.cursor });

  /** The stream has begun: the subscriber is sent what it missed, if the stream has it. */
  const begin = (subscriber: AttachedSubscriber) => {
    if (start != null && subscriber.position !== null && subscriber.position < start) {
      return detach(subscriber, { kind: 'behind', cursor: subscriber.cursor });
    }
    resume(subscriber);
  };

  return {
    get isEmpty() {
      return current.size + lagging.size === 0;
    },
    follow: (subscriber) =>
      new Promise((resolve) => {
        const attached = new AttachedSubscriber(subscriber, cancelled, resolve);
        lagging.add(attached);
        if (attached.cancellation.isCancelled) cancelled(attached);
        else if (start !== undefined) begin(attached);
      }),
    beganAt: (at) => {
      if (start !== undefined) {
        // The stream was reopened: an event that is never replayed does not say whose access ended in
        // between.
        if (isReplayed || at === null || start === null || at <= start) return;
        start = at;
        const isUnsure = ({ position: known }: AttachedSubscriber) => known !== null && known < at;
        detachThese([...current, ...lagging].filter(isUnsure), ({ cursor }) => ({
          kind: 'behind',
          cursor,
        }));
        return;
      }
      start = at;
      if (isReplayed) position = at;
      for (const subscriber of [...lagging]) begin(subscriber);
    },
    publish: (event) => {
      const behind = [...lagging];
      buffer.add(event);
      if (event.kind === 'reauthorise' && event.whom === 'everyone') {
        for (const subscriber of current) bringUpToDate(subscriber);
        const concerned = [...current].filter((subscriber) => !hasSeen(subscriber, event));
        const { finalEvent } = event;
        detachThese(concerned, ({ cursor }) => ({ kind: 'reauthorise', cursor, finalEvent }));
      }
      // One span for all of them, possibly thousands.
      const span = event.kind === 'common' ? writing(event.encoded, current.size) : null;
      for (const subscriber of current) {
        if (event.kind === 'common' && subscriber.sink.write(event.encoded)) continue;
        if (event.kind === 'reauthorise' && !isNamed(subscriber, event.whom)) continue;
        lag(subscriber);
        behind.push(subscriber);
      }
      span?.end();
      if (event.kind !== 'reauthorise') {
        position = event.position ?? position;
        cursor = event.cursor ?? cursor;
      }
      if (start === undefined) return;
      for (const subscriber of behind) resume(subscriber);
    },
    payer: (mayPay) => {
      for (;;) {
        const subscriber = current.pick() ?? lagging.pick();
        if (!subscriber) return null;
        if (mayPay(subscriber)) return { subscriber, isOnly: isOnlyViewer(subscriber) };
        if (current.has(subscriber)) bringUpToDate(subscriber);
        detach(subscriber, { kind: 'behind', cursor: subscriber.cursor });
      }
    },
    detachAll: (kind) => {
      for (const subscriber of current) bringUpToDate(subscriber);
      detachThese([...current, ...lagging], ({ position, cursor }) =>
        kind === 'moved' ? { kind, position, cursor } : { kind, cursor },
      );
    },
  };
}

const hasSeen = (subscriber: AttachedSubscriber, { position }: StreamEvent) =>
  subscriber.position !== null && position !== null && position <= subscriber.position;

const isNamed = ({ userId }: AttachedSubscriber, whom: AffectedViewers) =>
  whom === 'everyone' || (userId !== null && whom.includes(userId));
