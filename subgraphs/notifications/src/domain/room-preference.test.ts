import { expect, test } from 'vitest';
import { type RoomPreference, wantsMessage } from './room-preference.ts';

const at = new Date('2026-11-26T12:00:00Z');
const [before, later] = [new Date(at.getTime() - 1), new Date(at.getTime() + 1)];
const NOBODY = { mentioned: [], mentionsAll: null };
const ME = { mentioned: ['usr_2', 'usr_1'], mentionsAll: null };
const ALL = { mentioned: [], mentionsAll: 'HERE' as const };

test.each<[RoomPreference['notify'], Date | null, boolean[]]>([
  ['DEFAULT', null, [true, true, true]],
  ['ALL', before, [true, true, true]],
  ['MENTIONS', null, [false, true, true]],
  ['NONE', null, [false, false, false]],
  ['ALL', later, [false, false, false]],
])(
  '%s, muted until %j, of a message that calls nobody, me, or all: %j',
  (notify, mutedUntil, wanted) => {
    const preference = { userId: 'usr_1', notify, mutedUntil };
    expect([NOBODY, ME, ALL].map((calls) => wantsMessage(preference, calls, at))).toEqual(wanted);
  },
);
