import { expect, test } from 'vitest';
import { decideMissedMail, type MissedMailFacts, missedMailText } from './missed-mail.ts';

const due: MissedMailFacts = {
  isUnread: true,
  isInRoom: true,
  isWanted: true,
  address: 'bo@example.test',
  attention: 'AWAY',
  waitedMs: 600_000,
};
const DAY_MS = 24 * 3_600_000;

test.each([
  [{}, { kind: 'SEND', address: 'bo@example.test' }],
  [{ waitedMs: 7 * DAY_MS }, { kind: 'SEND', address: 'bo@example.test' }],
  [{ isUnread: false }, { kind: 'SUPPRESS', reason: 'READ_BEFORE_SEND' }],
  [{ isInRoom: false }, { kind: 'SUPPRESS', reason: 'LEFT_ROOM' }],
  [{ isWanted: false }, { kind: 'SUPPRESS', reason: 'PREFERENCE_OFF' }],
  [{ address: null }, { kind: 'SUPPRESS', reason: 'NO_ADDRESS' }],
  [{ attention: 'ATTENTIVE' }, { kind: 'WAIT' }],
  [
    { attention: 'ATTENTIVE', waitedMs: DAY_MS },
    { kind: 'SUPPRESS', reason: 'ATTENTIVE' },
  ],
  [
    { attention: 'ATTENTIVE', isUnread: false },
    { kind: 'SUPPRESS', reason: 'READ_BEFORE_SEND' },
  ],
] as const)('%o: %o', (given, decision) => {
  expect(decideMissedMail({ ...due, ...given })).toEqual(decision);
});

test('the mail says who wrote, where, and how much', () => {
  const said = { title: 'Ada in #tea', body: 'Ready.' };
  expect(missedMailText({ ...said, count: 1 }).subject).toBe('Ada in #tea: a new message');
  expect(missedMailText({ ...said, count: 3 }).subject).toBe('Ada in #tea: 3 new messages');
  expect(missedMailText({ ...said, count: 3 }).text).toContain('Ready.');
});
