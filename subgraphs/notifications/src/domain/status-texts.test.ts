import { expect, test } from 'vitest';
import { parcelText } from './status-texts.ts';

test('a parcel is reported sent once and delivered once, however often its state is repeated', () => {
  const way = [
    'IN_TRANSIT',
    'OUT_FOR_DELIVERY',
    'IN_TRANSIT',
    'EXCEPTION',
    'IN_TRANSIT',
    'IN_TRANSIT',
  ];
  const steps = [...way, 'DELIVERED', 'DELIVERED'];
  const texts = steps.map((status, place) => parcelText(status, steps[place - 1]));
  expect(texts.filter((text) => text !== null)).toEqual(['PARCEL_SENT', 'PARCEL_DELIVERED']);
  expect([texts[0], texts[6]]).toEqual(['PARCEL_SENT', 'PARCEL_DELIVERED']);
});
