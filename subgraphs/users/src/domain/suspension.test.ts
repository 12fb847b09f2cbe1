import { expect, test } from 'vitest';
import { assertEndsLater, isSuspended, NOT_SUSPENDED, suspensionOf } from './suspension.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));
const row = (suspendedUntil: Date | null) => ({
  suspendedAt: at(1),
  suspendedUntil,
  suspensionReason: 'spam',
});

test.each([
  ['one without an end holds', row(null), true],
  ['one holds before its end', row(at(9)), true],
  ['one is over at its end', row(at(8)), false],
  ['there is none', NOT_SUSPENDED, false],
])('%s', (_, account, holds) => {
  expect(isSuspended(account, at(8))).toBe(holds);
  expect(suspensionOf(account, at(8)) !== null).toBe(holds);
});

test('the reason, the beginning and the end are shown', () => {
  expect(suspensionOf(row(at(9)), at(8))).toEqual({ reason: 'spam', since: at(1), until: at(9) });
});

test('an end in the past is refused', () => {
  expect(() => assertEndsLater({ until: at(8) }, at(8))).toThrow('in the future');
  expect(() => assertEndsLater({ until: at(9) }, at(8))).not.toThrow();
  expect(() => assertEndsLater({}, at(8))).not.toThrow();
});
