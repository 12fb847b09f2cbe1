import { badInput, checkEach } from '@souk/runtime/domain';
import { instantOf, localMoment } from './local-time.ts';

export const WEEKDAYS = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Hours of the week in which nothing is sent; a period that ends before it begins ends on the next day. */
export interface QuietPeriod {
  days: readonly Weekday[];
  /** `22:00`, as the clock of the person shows it. */
  start: string;
  end: string;
}

/** Two for each day of the week. */
export const MAX_QUIET_PERIODS = 14;

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Throws `BAD_USER_INPUT` for each period that never begins or never ends. */
export function checkedQuietPeriods(
  periods: readonly QuietPeriod[],
  path: readonly (string | number)[],
): readonly QuietPeriod[] {
  if (periods.length > MAX_QUIET_PERIODS) {
    throw badInput(`At most ${MAX_QUIET_PERIODS} periods.`, path);
  }
  return checkEach(periods, ({ days, start, end }, at) => {
    if (days.length === 0) throw badInput('Name at least one day.', [...path, at, 'days']);
    if (minutesOf(start) === minutesOf(end)) {
      throw badInput('Its start and end must be different.', [...path, at, 'end']);
    }
    const named = WEEKDAYS.filter((day) => days.includes(day));
    return { days: named, start, end };
  });
}

/** When the current quiet period ends; null when there is none. Adjacent periods count as one. */
export function quietUntil(
  periods: readonly QuietPeriod[],
  timeZone: string,
  now: Date,
): Date | null {
  let until = now;
  for (let met = 0; met <= MAX_QUIET_PERIODS; met += 1) {
    const next = endOfPeriodAt(periods, timeZone, until);
    if (next === null) break;
    until = next;
  }
  return until > now ? until : null;
}

function endOfPeriodAt(periods: readonly QuietPeriod[], timeZone: string, at: Date): Date | null {
  const { weekday, minutes, ...date } = localMoment(at, timeZone);
  const isOn = (days: readonly Weekday[], day: number) =>
    days.includes(WEEKDAYS[(day + 7) % 7] as Weekday);
  for (const { days, ...period } of periods) {
    const [start, end] = [minutesOf(period.start), minutesOf(period.end)];
    const endsNextDay = end <= start;
    if (isOn(days, weekday) && minutes >= start && (endsNextDay || minutes < end)) {
      return instantOf({ ...date, minutes: end + (endsNextDay ? 24 * 60 : 0) }, timeZone, at);
    }
    if (endsNextDay && isOn(days, weekday - 1) && minutes < end) {
      return instantOf({ ...date, minutes: end }, timeZone, at);
    }
  }
  return null;
}
