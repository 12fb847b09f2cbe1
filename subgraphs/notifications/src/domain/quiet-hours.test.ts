import { mistakesOf } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { checkedQuietPeriods, type QuietPeriod, quietUntil, WEEKDAYS } from './quiet-hours.ts';

const NIGHTS: QuietPeriod = { days: WEEKDAYS, start: '22:00', end: '07:00' };
const until = (periods: readonly QuietPeriod[], zone: string, now: string) =>
  quietUntil(periods, zone, new Date(now))?.toISOString() ?? null;

test.each([
  ['by day', 'Europe/Berlin', '2026-11-26T12:00:00Z', null],
  [
    'late, until the morning after',
    'Europe/Berlin',
    '2026-11-26T22:30:00Z',
    '2026-11-27T06:00:00.000Z',
  ],
  [
    'early, by yesterday’s night',
    'Europe/Berlin',
    '2026-11-26T05:59:00Z',
    '2026-11-26T06:00:00.000Z',
  ],
  ['the minute it ends', 'Europe/Berlin', '2026-11-26T06:00:00Z', null],
  ['elsewhere it is day', 'America/New_York', '2026-11-26T22:30:00Z', null],
  [
    'over the step of spring, an hour shorter',
    'Europe/Berlin',
    '2026-03-28T22:00:00Z',
    '2026-03-29T05:00:00.000Z',
  ],
  [
    'over the step of autumn, an hour longer',
    'Europe/Berlin',
    '2026-10-24T21:00:00Z',
    '2026-10-25T06:00:00.000Z',
  ],
  ['at half an hour from UTC', 'Asia/Kolkata', '2026-11-26T16:30:00Z', '2026-11-27T01:30:00.000Z'],
])('%s', (_, zone, now, expected) => {
  expect(until([NIGHTS], zone, now)).toBe(expected);
});

test('a weekend of periods that meet is quiet as one', () => {
  const weekend: QuietPeriod[] = [
    { days: ['FRIDAY'], start: '18:00', end: '00:00' },
    { days: ['SATURDAY', 'SUNDAY'], start: '00:00', end: '23:59' },
    { days: ['SATURDAY', 'SUNDAY'], start: '23:59', end: '00:00' },
  ];
  expect(until(weekend, 'UTC', '2026-11-27T19:00:00Z')).toBe('2026-11-30T00:00:00.000Z');
  expect(until(weekend, 'UTC', '2026-11-27T17:59:00Z')).toBeNull();
});

test('one that never begins or never ends is refused where it stands', () => {
  const found = mistakesOf(() =>
    checkedQuietPeriods(
      [{ ...NIGHTS, days: [] }, { ...NIGHTS, end: '22:00' }, NIGHTS],
      ['input', 'quietPeriods'],
    ),
  );
  expect(found.map(({ argumentPath }) => argumentPath)).toEqual([
    ['input', 'quietPeriods', '0', 'days'],
    ['input', 'quietPeriods', '1', 'end'],
  ]);
});
