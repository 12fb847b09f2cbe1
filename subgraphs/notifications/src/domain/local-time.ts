import { DAY_MS, MINUTE_MS, rememberLatest } from '@souk/runtime/domain';

/** What clock and calendar say at a place. */
export interface LocalMoment {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  /** 0 is Monday. */
  weekday: number;
  /** Since midnight. */
  minutes: number;
}

/** A format is some thirty kilobytes, and a client may spell a zone in any number of ways. */
const MOST_FORMATS = 200;

const formatOf = rememberLatest(
  MOST_FORMATS,
  (timeZone) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    }),
);

/** A moment as people of a time zone (IANA) read it off the wall. */
export function localMoment(at: Date, timeZone: string): LocalMoment {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute', number>;
  const { year, month, day, hour, minute } = parts;
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  return { year, month, day, weekday, minutes: hour * 60 + minute };
}

/**
 * The next time after a moment when the clock at a place shows this. Days and minutes may run over: minute 1,500 is one
 * o'clock of the next day. What the clock skips in spring is taken as the same time after the step; what it shows twice
 * in autumn is meant twice. Where it was shown for the last time before that moment, it is that time.
 */
export function instantOf(
  { year, month, day, minutes }: Omit<LocalMoment, 'weekday'>,
  timeZone: string,
  after: Date,
): Date {
  const shown = Date.UTC(year, month - 1, day, 0, minutes);
  // As it was a day before and as it is a day after: otherwise only where the clock steps in between.
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((at) => offsetAt(at, timeZone));
  const times = offsets
    .map((offset) => ({
      at: shown - offset,
      isShown: offsetAt(shown - offset, timeZone) === offset,
    }))
    .sort((a, b) => a.at - b.at);
  const shownAt = times.filter(({ isShown }) => isShown).map(({ at }) => at);
  // What is skipped comes as long after the step as it would have come.
  const all = shownAt.length > 0 ? shownAt : times.slice(-1).map(({ at }) => at);
  return new Date(all.find((at) => at > after.getTime()) ?? (all.at(-1) as number));
}

/** By how much the clock there is ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const { year, month, day, minutes } = localMoment(new Date(at), timeZone);
  return Date.UTC(year, month - 1, day, 0, minutes) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
