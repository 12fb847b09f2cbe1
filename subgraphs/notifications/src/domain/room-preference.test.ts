import { expect, test } from 'vitest';
import { isCalled, isMuted, wantsKind } from './room-preference.ts';

const at = new Date('2026-11-26T12:00:00Z');

test.each([
  ['DEFAULT', true, true],
  ['ALL', true, true],
  ['MENTIONS', false, true],
  ['NONE', false, false],
] as const)('%s: messages %j, mentions and replies %j', (notify, message, mention) => {
  expect(wantsKind(notify, 'MESSAGE')).toBe(message);
  expect(wantsKind(notify, 'MENTION')).toBe(mention);
  expect(wantsKind(notify, 'REPLY')).toBe(mention);
});

test('a room is muted up to its moment, and not after', () => {
  const mutedUntil = (ms: number) => ({ mutedUntil: new Date(at.getTime() + ms) });
  expect(
    [mutedUntil(1), mutedUntil(0), { mutedUntil: null }].map((one) => isMuted(one, at)),
  ).toEqual([true, false, false]);
});

test('a message mentions the people it names, or everybody', () => {
  expect(isCalled('usr_1', { mentioned: ['usr_2', 'usr_1'], mentionsAll: null })).toBe(true);
  expect(isCalled('usr_3', { mentioned: ['usr_2', 'usr_1'], mentionsAll: null })).toBe(false);
  expect(isCalled('usr_3', { mentioned: [], mentionsAll: 'HERE' })).toBe(true);
});
