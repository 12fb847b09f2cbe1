import { mistakesOf } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { localMoment } from './local-time.ts';
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

const TEA: QuietPeriod = { days: WEEKDAYS, start: '00:00', end: '01:30' };
test.each([
  // Clocks there show one to two o'clock twice, an hour apart: at 05 and 06 UTC.
  ['America/New_York', TEA, '2026-11-01T05:10:00Z', '2026-11-01T05:30:00.000Z'],
  ['America/New_York', TEA, '2026-11-01T05:40:00Z', null],
  ['America/New_York', TEA, '2026-11-01T06:10:00Z', '2026-11-01T06:30:00.000Z'],
  ['America/New_York', TEA, '2026-11-01T06:30:00Z', null],
  // And here two to three, at 00 and 01 UTC.
  ['Europe/Berlin', { ...TEA, end: '02:30' }, '2026-10-25T00:10:00Z', '2026-10-25T00:30:00.000Z'],
  ['Europe/Berlin', { ...TEA, end: '02:30' }, '2026-10-25T01:10:00Z', '2026-10-25T01:30:00.000Z'],
  // Its end is skipped.
  ['Europe/Berlin', { ...TEA, end: '02:30' }, '2026-03-29T00:10:00Z', '2026-03-29T01:30:00.000Z'],
  [
    'America/New_York',
    { ...TEA, end: '02:30' },
    '2026-03-08T06:10:00Z',
    '2026-03-08T07:30:00.000Z',
  ],
  // By half an hour.
  [
    'Australia/Lord_Howe',
    { ...TEA, end: '01:45' },
    '2026-04-04T14:40:00Z',
    '2026-04-04T14:45:00.000Z',
  ],
  [
    'Australia/Lord_Howe',
    { ...TEA, end: '01:45' },
    '2026-04-04T15:05:00Z',
    '2026-04-04T15:15:00.000Z',
  ],
])('in %s the clock steps in a quiet period', (zone, period, now, expected) => {
  expect(until([period], zone, now)).toBe(expected);
});

test('a moment is quiet exactly when the clock shows one of a period, over every step of a year', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana'];
  const steps = [
    '2026-03-08',
    '2026-03-29',
    '2026-04-05',
    '2026-10-04',
    '2026-10-25',
    '2026-11-01',
  ];
  for (const zone of zones) {
    for (const step of steps) {
      const start = new Date(`${step}T00:00:00Z`).getTime() - 86_400_000;
      for (let minute = 0; minute < 2 * 1_440; minute += 5) {
        const at = new Date(start + minute * 60_000);
        const { minutes } = localMoment(at, zone);
        const isQuiet = minutes < 90;
        expect(until([TEA], zone, at.toISOString()) !== null, `${zone} ${at.toISOString()}`).toBe(
          isQuiet,
        );
      }
    }
  }
});

test('adjoining quiet periods count as one', () => {
  const weekend: QuietPeriod[] = [
    { days: ['FRIDAY'], start: '18:00', end: '00:00' },
    { days: ['SATURDAY', 'SUNDAY'], start: '00:00', end: '23:59' },
    { days: ['SATURDAY', 'SUNDAY'], start: '23:59', end: '00:00' },
  ];
  expect(until(weekend, 'UTC', '2026-11-27T19:00:00Z')).toBe('2026-11-30T00:00:00.000Z');
  expect(until(weekend, 'UTC', '2026-11-27T17:59:00Z')).toBeNull();
});

test('one that never starts or never ends is refused with its path', () => {
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
