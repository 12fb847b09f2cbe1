import { expect, test } from 'vitest';
import { pairId, pairOf } from './pair-id.ts';
import { isIdOf, newId, PAIR_ID_TYPES, type PairPrefix, prefixOf, typeOfId } from './typed-id.ts';

const [room, person] = [newId('room'), newId('usr')];

test('the id of a pair holds its type and both of its things, and is no id of one thing', () => {
  for (const [prefix, type] of Object.entries(PAIR_ID_TYPES)) {
    const id = pairId(prefix as PairPrefix, room, person);
    expect(typeOfId(id)).toBe(type);
    expect(prefixOf(id)).toBeNull();
    expect(pairOf(prefix as PairPrefix, id, ['room', 'usr'])).toEqual([room, person]);
  }
});

test.each([
  room,
  pairId('rpt', room, person).slice(0, -1),
  `${pairId('rpt', room, person)}_${person.slice(4)}`,
  pairId('rpt', room, person).toUpperCase(),
  pairId('rvs', room, person),
  `usr_${room.slice(5)}_${person.slice(4)}`,
  '',
])('%j is no participant', (id) => {
  expect(pairOf('rpt', id, ['room', 'usr'])).toBeNull();
  expect(isIdOf('room', pairId('rpt', room, person))).toBe(false);
});

test('a pair under the prefix of one thing, and one thing under that of a pair, have no type', () => {
  expect(typeOfId(`usr_${room.slice(5)}_${person.slice(4)}`)).toBeNull();
  expect(typeOfId(`rpt_${person.slice(4)}`)).toBeNull();
});
