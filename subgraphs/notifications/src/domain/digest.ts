import { MINUTE_MS } from '@souk/runtime/domain';
import { instantOf, localMoment } from './local-time.ts';

export const DIGESTS = ['IMMEDIATE', 'HOURLY', 'DAILY', 'WEEKLY', 'NEVER'] as const;
/** How often mails about notices are sent: each when its delay is over, or all of a period in one. */
export type DigestFrequency = (typeof DIGESTS)[number];

/** Eight in the morning, of Monday where it is once a week; in minutes of the day. */
const MORNING = 8 * 60;
const DAY_MINUTES = 24 * 60;

/** When the next digest is sent, in the person's local time; null when mails do not wait for one. */
export function nextDigestAt(digest: DigestFrequency, timeZone: string, now: Date): Date | null {
  const { weekday, minutes, ...date } = localMoment(now, timeZone);
  const at = (localMinutes: number) => instantOf({ ...date, minutes: localMinutes }, timeZone, now);
  const nextMorning = minutes < MORNING ? MORNING : MORNING + DAY_MINUTES;
  switch (digest) {
    case 'HOURLY':
      // By the hour that the clock shows, not by a unique hour: in autumn one occurs twice.
      return new Date((Math.floor(now.getTime() / MINUTE_MS) + 60 - (minutes % 60)) * MINUTE_MS);
    case 'DAILY':
      return at(nextMorning);
    case 'WEEKLY': {
      const isToday = weekday === 0 && minutes < MORNING;
      return at(isToday ? MORNING : MORNING + (7 - weekday) * DAY_MINUTES);
    }
    default:
      return null;
  }
}
