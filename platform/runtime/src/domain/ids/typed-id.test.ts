import { expect, test } from 'vitest';
import { ID_TYPES, type IdPrefix, isIdOf, newId, prefixOf, typeOfId } from './typed-id.ts';

test('every kind of id holds its type', () => {
  for (const [prefix, type] of Object.entries(ID_TYPES)) {
    const id = newId(prefix as IdPrefix);
    expect(prefixOf(id)).toBe(prefix);
    expect(typeOfId(id)).toBe(type);
    expect(isIdOf(prefix as IdPrefix, id)).toBe(true);
  }
});

test('ids made later sort later', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    ids.push(newId('msg'));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect([...ids].sort()).toEqual(ids);
});

test.each([
  '',
  'usr_',
  'usr_01h455vb4pex5vsknk084sn02',
  'usr_01H455VB4PEX5VSKNK084SN02Q',
  'usr_91h455vb4pex5vsknk084sn02q',
  'usr_01h455vb4pex5vsknk084sn02l',
  'xyz_01h455vb4pex5vsknk084sn02q',
  '__proto__',
  `usr_${'0'.repeat(10_000)}`,
])('%j is no id of ours', (text) => {
  expect(prefixOf(text)).toBeNull();
  expect(typeOfId(text)).toBeNull();
});

test('an id of another kind is not mistaken', () => {
  expect(isIdOf('prd', newId('room'))).toBe(false);
});
