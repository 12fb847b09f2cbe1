import { expect, test } from 'vitest';
import {
  actualStatus,
  changePresence,
  defaultPresenceSettings,
  nextChangeAt,
  sharesReading,
  sharesTyping,
  visiblePresence,
} from './presence.ts';

const at = (time: string) => new Date(`2026-11-21T${time}:00Z`);
const settings = defaultPresenceSettings('usr_1');
const activeAt = (time: string) => ({ lastActiveAt: at(time) });

test('somebody is online for five minutes after they did something, then idle', () => {
  expect(actualStatus(settings, activeAt('10:00'), at('10:04'))).toBe('ONLINE');
  expect(actualStatus(settings, activeAt('10:00'), at('10:05'))).toBe('IDLE');
  expect(actualStatus(settings, { lastActiveAt: null }, at('10:05'))).toBe('ONLINE');
  expect(actualStatus(settings, null, at('10:00'))).toBe('OFFLINE');
});

test('a chosen status counts only while connected, and until it ends', () => {
  const busy = {
    ...settings,
    chosenStatus: 'DO_NOT_DISTURB' as const,
    statusExpiresAt: at('11:00'),
  };
  expect(actualStatus(busy, activeAt('10:00'), at('10:30'))).toBe('DO_NOT_DISTURB');
  expect(actualStatus(busy, null, at('10:30'))).toBe('OFFLINE');
  expect(actualStatus(busy, activeAt('10:58'), at('11:00'))).toBe('ONLINE');
});

test('invisible people look exactly like people who went offline at that moment', () => {
  const gone = { ...settings, lastActiveAt: at('09:00') };
  const hidden = { ...gone, invisible: true };
  for (const time of ['10:01', '10:05', '18:00']) {
    const now = at(time);
    expect(visiblePresence(hidden, activeAt('10:00'), now)).toEqual(
      visiblePresence(gone, null, now),
    );
    expect(nextChangeAt(hidden, activeAt('10:00'), now)).toEqual(nextChangeAt(gone, null, now));
  }
});

test('people who become visible again are active from then on, not from before', () => {
  const hidden = { ...settings, invisible: true, lastActiveAt: at('09:00') };
  const shown = changePresence(hidden, { invisible: false }, at('11:00'));
  expect(visiblePresence(shown, activeAt('10:30'), at('11:00')).lastActiveAt).toEqual(at('11:00'));
});

test.each([
  [true, false, true],
  [true, true, false],
  [false, false, false],
  [false, true, false],
])('told %s, invisible %s: others hear %s', (told, invisible, heard) => {
  const own = { ...settings, invisible, sendReadReceipts: told, sendTyping: told };
  expect([sharesReading(own), sharesTyping(own)]).toEqual([heard, heard]);
});

test('the newest known activity is shown for people who share it', () => {
  const seen = { ...settings, lastActiveAt: at('09:00') };
  expect(visiblePresence(seen, null, at('12:00')).lastActiveAt).toEqual(at('09:00'));
  expect(visiblePresence(seen, activeAt('10:00'), at('12:00')).lastActiveAt).toEqual(at('10:00'));
  const discreet = { ...seen, shareLastActive: false };
  expect(visiblePresence(discreet, activeAt('10:00'), at('12:00')).lastActiveAt).toBeNull();
});

test('the next change by itself is the end of a status or the beginning of idleness', () => {
  const busy = { ...settings, statusExpiresAt: at('10:03') };
  expect(nextChangeAt(busy, activeAt('10:00'), at('10:01'))).toEqual(at('10:03'));
  expect(nextChangeAt(busy, activeAt('10:00'), at('10:04'))).toEqual(at('10:05'));
  expect(nextChangeAt(busy, activeAt('10:00'), at('10:06'))).toBeNull();
});

test('fields that are left out stay, and an expired status is gone', () => {
  const busy = changePresence(
    settings,
    { status: 'DO_NOT_DISTURB', statusText: 'Firing', statusExpiresAt: at('11:00') },
    at('10:00'),
  );
  expect(changePresence(busy, { invisible: true }, at('10:30'))).toMatchObject({
    chosenStatus: 'DO_NOT_DISTURB',
    statusText: 'Firing',
    invisible: true,
  });
  expect(changePresence(busy, { invisible: true }, at('11:00'))).toMatchObject({
    chosenStatus: null,
    statusText: null,
    statusExpiresAt: null,
  });
  expect(changePresence(busy, { status: 'ONLINE' }, at('10:30')).chosenStatus).toBeNull();
});
