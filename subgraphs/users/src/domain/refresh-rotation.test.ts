import { expect, test } from 'vitest';
import { decideRotation } from './refresh-rotation.ts';
import { refreshTokenEndsAt } from './session.ts';

const now = new Date('2026-11-21T10:00:00Z');
const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const salt = new Uint8Array(32);
const open = { endedAt: null, expiresAt: at(3_600) };
const fresh = {
  sessionId: 's',
  expiresAt: at(60),
  usedAt: null,
  successorSalt: null,
  keyDigest: null,
};
const asked = { now, hasLostAnswer: false };
const used = (seconds: number) => ({ ...fresh, usedAt: at(seconds), successorSalt: salt });

test('an unused token is traded', () => {
  expect(decideRotation(fresh, open, asked)).toEqual({ kind: 'rotate' });
});

test('a used one gives its successor again for ten seconds, to the millisecond', () => {
  expect(decideRotation(used(-10), open, asked)).toEqual({ kind: 'repeat', successorSalt: salt });
  expect(decideRotation(used(-10.001), open, asked)).toEqual({ kind: 'reused' });
});

test('a client that lost the answer gets the successor later, while the session lasts', () => {
  const again = { now, hasLostAnswer: true };
  const repeat = { kind: 'repeat', successorSalt: salt };
  expect(decideRotation(used(-3_000), open, again)).toEqual(repeat);
  expect(decideRotation(used(-3_000), { ...open, expiresAt: now }, again)).toEqual({
    kind: 'expired',
  });
  expect(decideRotation(used(-3_000), { ...open, endedAt: at(-1) }, again)).toEqual({
    kind: 'ended',
  });
});

test('a used one ends the family even when it has expired meanwhile', () => {
  const expired = { ...used(-100), expiresAt: at(-50) };
  expect(decideRotation(expired, open, asked)).toEqual({ kind: 'reused' });
});

test('nothing is traded at or after its end', () => {
  expect(decideRotation({ ...fresh, expiresAt: now }, open, asked)).toEqual({ kind: 'expired' });
  expect(decideRotation(fresh, { ...open, expiresAt: now }, asked)).toEqual({ kind: 'expired' });
  const ended = { ...open, endedAt: at(-1) };
  expect(decideRotation(fresh, ended, asked)).toEqual({ kind: 'ended' });
  expect(decideRotation(used(-100), ended, asked)).toEqual({ kind: 'ended' });
});

test('a refresh token lives fourteen days, and never beyond its session', () => {
  const days = (count: number) => at(count * 86_400);
  expect(refreshTokenEndsAt({ expiresAt: days(30) }, now)).toEqual(days(14));
  expect(refreshTokenEndsAt({ expiresAt: days(3) }, now)).toEqual(days(3));
});
