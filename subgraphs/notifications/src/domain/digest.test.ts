import { expect, test } from 'vitest';
import { type DigestFrequency, nextDigestAt } from './digest.ts';

test.each<[DigestFrequency, string, string, string | null]>([
  ['IMMEDIATE', 'UTC', '2026-11-26T12:00:00Z', null],
  ['NEVER', 'UTC', '2026-11-26T12:00:00Z', null],
  ['HOURLY', 'UTC', '2026-11-26T12:00:00Z', '2026-11-26T13:00:00.000Z'],
  ['HOURLY', 'Asia/Kolkata', '2026-11-26T12:10:00Z', '2026-11-26T12:30:00.000Z'],
  // Clocks show two to three o'clock twice; one of the hours is not gone without a digest.
  ['HOURLY', 'Europe/Berlin', '2026-10-25T00:10:00Z', '2026-10-25T01:00:00.000Z'],
  ['HOURLY', 'Europe/Berlin', '2026-10-25T01:10:00Z', '2026-10-25T02:00:00.000Z'],
  ['HOURLY', 'America/New_York', '2026-11-01T05:30:59Z', '2026-11-01T06:00:00.000Z'],
  ['HOURLY', 'Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T01:00:00.000Z'],
  ['DAILY', 'Europe/Berlin', '2026-11-26T06:59:00Z', '2026-11-26T07:00:00.000Z'],
  ['DAILY', 'Europe/Berlin', '2026-11-26T07:00:00Z', '2026-11-27T07:00:00.000Z'],
  ['DAILY', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T06:00:00.000Z'],
  ['WEEKLY', 'UTC', '2026-11-26T12:00:00Z', '2026-11-30T08:00:00.000Z'],
  ['WEEKLY', 'UTC', '2026-11-30T07:59:00Z', '2026-11-30T08:00:00.000Z'],
  ['WEEKLY', 'UTC', '2026-11-30T08:00:00Z', '2026-12-07T08:00:00.000Z'],
])('%s in %s at %s: %s', (digest, zone, now, expected) => {
  expect(nextDigestAt(digest, zone, new Date(now))?.toISOString() ?? null).toBe(expected);
});
