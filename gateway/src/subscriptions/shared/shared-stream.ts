import type { AffectedViewers } from '@souk/runtime/events';
import { Bag, type Placed } from '../../bag.ts';
import type { Departure, DepartureListener } from '../departure.ts';
import type { LiveSink } from '../live-sink.ts';
import { type Happening, keepHappenings } from './happenings.ts';
import type { Parting, Subscriber } from './subscriber.ts';

export interface SharedStream {
  readonly isEmpty: boolean;
  /** Follows until something parts the client from the stream. */
  follow(subscriber: Subscriber): Promise<Parting>;
  /** From this position on the stream tells everything; nobody is told anything before. */
  beganAt(position: number | null): void;
  happened(happening: Happening): void;
  /**
   * Whom the next event is at the expense of: another of them each time, and `isOnly` when all who
   * follow are the same viewer. Who may have no more for now is sent away, to wait by themselves;
   * null when that leaves nobody.
   */
  payer(
    mayPay: (subscriber: Subscriber) => boolean,
  ): { subscriber: Subscriber; isOnly: boolean } | null;
  /** Sends everybody away, a few at a time. */
  part(kind: 'behind' | 'moved'): void;
}

/** What a client that comes or reads a little later finds still there. */
const KEPT = 256;
/** Clients sent away in one turn: each has to plan anew. */
const PARTED_AT_ONCE = 100;

export interface SharedStreamOptions {
  /** Events have positions, and come again for who asks for those behind an earlier one. */
  isReplayed: boolean;
  onEmpty(): void;
}

/** A subscriber with how far it has been told. A class, as thousands have the same shape. */
class Seat implements Subscriber, DepartureListener, Placed {
  readonly userId: string | null;
  readonly sink: LiveSink;
  readonly departure: Departure;
  readonly request: Subscriber['request'];
  position: number | null;
  cursor: string | null;
  /** Index of the first happening it has not been told. */
  next = 0;
  isBusy = false;
  place = -1;
  readonly #told: (parting: Parting) => void;
  readonly #onLeft: (seat: Seat) => void;

  constructor(
    { userId, position, cursor, sink, departure, request }: Subscriber,
    onLeft: (seat: Seat) => void,
    told: (parting: Parting) => void,
  ) {
    this.userId = userId;
    this.position = position;
    this.cursor = cursor;
    this.sink = sink;
    this.departure = departure;
    this.request = request;
    this.#told = told;
    this.#onLeft = onLeft;
    departure.tell(this);
  }

  left(): void {
    this.#onLeft(this);
  }

  leave(parting: Parting): void {
    this.departure.tell(null);
    this.#told(parting);
  }
}

/**
 * One stream for many clients. Those who have been told everything are told the next thing in one
 * loop; a client that has no room for it lags behind and is told from what is kept, at its own pace.
 * Nothing is queued for anybody.
 */
export function createSharedStream({ isReplayed, onEmpty }: SharedStreamOptions): SharedStream {
  const happenings = keepHappenings(KEPT);
  const current = new Bag<Seat>();
  const lagging = new Bag<Seat>();
  let start: number | null | undefined;
  /** Those of the newest event. */
  let position: number | null = null;
  let cursor: string | null = null;

  const isSeated = (seat: Seat) => current.has(seat) || lagging.has(seat);
  const unseat = (seat: Seat): boolean => current.delete(seat) || lagging.delete(seat);
  const depart = (seat: Seat, parting: Parting) => {
    if (!unseat(seat)) return;
    seat.leave(parting);
    if (current.size + lagging.size === 0) onEmpty();
  };
  /** None of them is told anything more; they hear of it a few at a time, as each has to plan. */
  const departAll = (seats: readonly Seat[], partingOf: (seat: Seat) => Parting) => {
    const leaving = seats.filter(unseat);
    const letGo = () => {
      for (const seat of leaving.splice(0, PARTED_AT_ONCE)) seat.leave(partingOf(seat));
      if (leaving.length > 0) setImmediate(letGo);
    };
    letGo();
    if (seats.length > 0 && current.size + lagging.size === 0) onEmpty();
  };
  const isOnlyViewer = ({ userId }: Seat): boolean => {
    for (const seats of [current, lagging]) {
      for (const other of seats) if (other.userId !== userId) return false;
    }
    return userId !== null;
  };
  /** Where a seat stands that was told everything so far. */
  const bringUpToDate = (seat: Seat) => {
    seat.cursor = cursor ?? seat.cursor;
    if (position !== null && (seat.position ?? -1) < position) seat.position = position;
  };
  const lag = (seat: Seat) => {
    bringUpToDate(seat);
    current.delete(seat);
    lagging.add(seat);
    seat.next = happenings.end - 1;
  };

  /** False when the seat is to be told nothing more. */
  const tell = async (seat: Seat, happening: Happening): Promise<boolean> => {
    if (hasSeen(seat, happening)) return true;
    if (happening.kind === 'reauthorise') {
      if (!isNamed(seat, happening.whom)) return true;
      depart(seat, { kind: 'reauthorise', cursor: seat.cursor, finalEvent: happening.finalEvent });
      return false;
    }
    const event = happening.kind === 'event' ? happening.event : await happening.personalize(seat);
    while (isSeated(seat) && !seat.sink.write(event)) await seat.sink.room();
    seat.cursor = happening.cursor ?? seat.cursor;
    seat.position = happening.position ?? seat.position;
    return isSeated(seat);
  };

  const catchUp = async (seat: Seat): Promise<void> => {
    if (seat.isBusy) return;
    seat.isBusy = true;
    for (;;) {
      if (happenings.misses(seat.next, seat.position)) {
        return depart(seat, { kind: 'behind', cursor: seat.cursor });
      }
      const next = happenings.next(seat.next);
      if (!next) break;
      if (!(await tell(seat, next.happening))) return;
      seat.next = next.index + 1;
    }
    seat.isBusy = false;
    seat.next = happenings.end;
    const isAhead = position !== null && seat.position !== null && seat.position > position;
    if (!isAhead && lagging.delete(seat)) current.add(seat);
  };

  const resume = (seat: Seat) =>
    void catchUp(seat).catch(() => depart(seat, { kind: 'behind', cursor: seat.cursor }));

  const left = (seat: Seat) => depart(seat, { kind: 'left', cursor: seat.cursor });

  const seatDown = (seat: Seat) => {
    if (start != null && seat.position !== null && seat.position < start) {
      return depart(seat, { kind: 'behind', cursor: seat.cursor });
    }
    resume(seat);
  };

  return {
    get isEmpty() {
      return current.size + lagging.size === 0;
    },
    follow: (subscriber) =>
      new Promise((resolve) => {
        const seat = new Seat(subscriber, left, resolve);
        lagging.add(seat);
        if (seat.departure.hasLeft) left(seat);
        else if (start !== undefined) seatDown(seat);
      }),
    beganAt: (at) => {
      if (start !== undefined) {
        // Opened again: what is never replayed has not told whose access ended in between.
        if (isReplayed || at === null || start === null || at <= start) return;
        start = at;
        const unsure = ({ position: known }: Seat) => known !== null && known < at;
        departAll([...current, ...lagging].filter(unsure), ({ cursor }) => ({
          kind: 'behind',
          cursor,
        }));
        return;
      }
      start = at;
      if (isReplayed) position = at;
      for (const seat of [...lagging]) seatDown(seat);
    },
    happened: (happening) => {
      const behind = [...lagging];
      happenings.add(happening);
      if (happening.kind === 'reauthorise' && happening.whom === 'everyone') {
        for (const seat of current) bringUpToDate(seat);
        const concerned = [...current].filter((seat) => !hasSeen(seat, happening));
        const { finalEvent } = happening;
        departAll(concerned, ({ cursor }) => ({ kind: 'reauthorise', cursor, finalEvent }));
      }
      for (const seat of current) {
        if (happening.kind === 'event' && seat.sink.write(happening.event)) continue;
        if (happening.kind === 'reauthorise' && !isNamed(seat, happening.whom)) continue;
        lag(seat);
        behind.push(seat);
      }
      if (happening.kind !== 'reauthorise') {
        position = happening.position ?? position;
        cursor = happening.cursor ?? cursor;
      }
      if (start === undefined) return;
      for (const seat of behind) resume(seat);
    },
    payer: (mayPay) => {
      for (;;) {
        const seat = current.pick() ?? lagging.pick();
        if (!seat) return null;
        if (mayPay(seat)) return { subscriber: seat, isOnly: isOnlyViewer(seat) };
        if (current.has(seat)) bringUpToDate(seat);
        depart(seat, { kind: 'behind', cursor: seat.cursor });
      }
    },
    part: (kind) => {
      for (const seat of current) bringUpToDate(seat);
      departAll([...current, ...lagging], ({ position, cursor }) =>
        kind === 'moved' ? { kind, position, cursor } : { kind, cursor },
      );
    },
  };
}

const hasSeen = (seat: Seat, { position }: Happening) =>
  seat.position !== null && position !== null && position <= seat.position;

const isNamed = ({ userId }: Seat, whom: AffectedViewers) =>
  whom === 'everyone' || (userId !== null && whom.includes(userId));
