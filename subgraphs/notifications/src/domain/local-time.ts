import { DAY_MS, MINUTE_MS, rememberLatest } from '@souk/runtime/domain';

/** Clock and calendar at a place. */
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

/** A format takes some thirty kilobytes, and a client may spell a zone in many ways. */
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

/** A moment in the local time of a time zone (IANA). */
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
 * The next time after a moment when the local clock shows this. Days and minutes may overflow: minute 1,500
 * is one o'clock of the next day. A time that is skipped in spring is taken as long after the change; one
 * that occurs twice in autumn counts twice. If it was last shown before that moment, it is that time.
 */
export function instantOf(
  { year, month, day, minutes }: Omit<LocalMoment, 'weekday'>,
  timeZone: string,
  after: Date,
): Date {
  const shown = Date.UTC(year, month - 1, day, 0, minutes);
  // With the offsets of a day before and a day after: they differ only if the clock changes in between.
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((at) => offsetAt(at, timeZone));
  const times = offsets
    .map((offset) => ({
      at: shown - offset,
      isShown: offsetAt(shown - offset, timeZone) === offset,
    }))
    .sort((a, b) => a.at - b.at);
  const shownAt = times.filter(({ isShown }) => isShown).map(({ at }) => at);
  // A skipped time comes as long after the change as it would have come.
  const all = shownAt.length > 0 ? shownAt : times.slice(-1).map(({ at }) => at);
  return new Date(all.find((at) => at > after.getTime()) ?? (all.at(-1) as number));
}

/** How far the local clock is ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const { year, month, day, minutes } = localMoment(new Date(at), timeZone);
  return Date.UTC(year, month - 1, day, 0, minutes) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
