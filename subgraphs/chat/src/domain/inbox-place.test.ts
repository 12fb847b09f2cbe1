import { newId } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { endOfRoom, placeOf, writtenPlace } from './inbox-place.ts';

const placeIn = (count: number) => ({
  own: 7,
  until: new Date('2026-11-26T10:00:00.123Z'),
  rooms: new Map(
    Array.from({ length: count }, (_, n) => [endOfRoom(newId('room')), n * 1_000_003]),
  ),
});

test.each([0, 1, 150])('a place in %i rooms is read as it was written', (count) => {
  const place = placeIn(count);
  expect(placeOf(writtenPlace(place))).toEqual(place);
});

test('a place in more rooms than a cursor can hold is none, and no wrong one', () => {
  expect(placeOf(writtenPlace(placeIn(151)))).toBeNull();
});

test('a cursor that names the largest number of rooms stays well below the length limit of cursors', () => {
  expect(JSON.stringify(writtenPlace(placeIn(150))).length).toBeLessThan(3_000);
});
