import { expect, test } from 'vitest';
import { DomainError } from '../errors/domain-error.ts';
import { checkedPostalAddress } from './postal-address.ts';

const address = { name: 'Bo', line1: 'Main St 1', city: 'Lund' };
const check = (country: string, postalCode?: string | null) =>
  checkedPostalAddress({ ...address, country, postalCode }, ['input', 'postal']);
const refused = (country: string, postalCode?: string | null) => {
  try {
    return check(country, postalCode);
  } catch (error) {
    return error;
  }
};

test.each([
  ['SE', '221 00', '221 00'],
  ['GB', 'sw1a 1aa', 'SW1A 1AA'],
  ['CA', 'k1a 0b1', 'K1A 0B1'],
  ['JP', '１００-０００１', '100-0001'],
  ['US', '12345-6789', '12345-6789'],
  ['HK', null, null],
  ['AE', '00000', '00000'],
  ['IE', undefined, null],
  ['IE', 'D02 X285', 'D02 X285'],
])('%s: %s is taken', (country, written, kept) => {
  expect(check(country, written).postalCode).toBe(kept);
});

test.each([
  ['SE', '2210'],
  ['DE', 'ABCDE'],
  ['US', '1234'],
  ['GB', '12345'],
  ['IE', 'Dublin 2'],
  ['AE', 'a\u202Eb'],
  ['AE', '<b>'],
  ['SE', null],
  ['SE', ' '],
  ['US', undefined],
])('%s: %s is a mistake of the field', (country, written) => {
  const error = refused(country, written);
  expect(error).toBeInstanceOf(DomainError);
  expect(error).toMatchObject({
    code: 'BAD_USER_INPUT',
    argumentPath: ['input', 'postal', 'postalCode'],
  });
});

test('what is left out is null', () => {
  expect(check('SE', '22100')).toEqual({
    ...address,
    country: 'SE',
    postalCode: '22100',
    line2: null,
    region: null,
    phone: null,
  });
});
