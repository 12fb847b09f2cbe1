import { mistakesOf } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { allRules, checkedRules, checkedSettings } from './preferences.ts';

const now = new Date('2026-11-26T12:00:00Z');

test('left out settings stay, and null resets one', () => {
  expect(checkedSettings({ digest: 'DAILY', pausedUntil: null }, now)).toEqual({
    digest: 'DAILY',
    pausedUntil: null,
  });
  expect(checkedSettings({ timeZone: null, quietPeriods: null }, now)).toEqual({
    timeZone: 'UTC',
    quietPeriods: [],
  });
});

test('all mistakes are reported at once, each with its path', () => {
  const change = {
    pausedUntil: new Date('2028-01-01T00:00:00Z'),
    missedMessageDelayMinutes: 10_081,
    emailLocale: 'fr',
  };
  expect(
    mistakesOf(() => checkedSettings(change, now)).map(({ argumentPath }) => argumentPath?.at(-1)),
  ).toEqual(['pausedUntil', 'missedMessageDelayMinutes', 'emailLocale']);
});

test('security notices always reach the inbox, and its mails have no switch', () => {
  const switches = allRules([]).map(({ kind, channel }) => `${kind} ${channel}`);
  expect(switches).toContain('SECURITY PUSH');
  expect(switches).not.toContain('SECURITY IN_APP');
  for (const channel of ['IN_APP', 'EMAIL'] as const) {
    expect(() => checkedRules([{ kind: 'SECURITY', channel, enabled: false }])).toThrow();
  }
});
