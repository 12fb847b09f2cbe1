import { postcodeValidator, postcodeValidatorExistsForCountry } from 'postcode-validator';
import { badInput } from '../errors/common-errors.ts';

/** What a parcel needs; one value for address books, carts and orders. */
export interface PostalAddress {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  /** Null when the country’s post has no codes, or when none was given and it delivers without. */
  readonly postalCode: string | null;
  readonly country: string;
  readonly phone: string | null;
}

/** As the graph takes it; its texts are checked as the schema says. */
export interface PostalAddressInput {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string | null | undefined;
  readonly city: string;
  readonly region?: string | null | undefined;
  readonly postalCode?: string | null | undefined;
  readonly country: string;
  readonly phone?: string | null | undefined;
}

/** These have codes, but post arrives without: Ireland, Panama and the Cook Islands. */
const CODE_NOT_NEEDED: ReadonlySet<string> = new Set(['IE', 'PA', 'CK']);

/** The characters of a code in any country. */
const ANY_CODE = /^[A-Z0-9](?:[A-Z0-9 -]{0,18}[A-Z0-9])?$/;

/**
 * The address with missing parts as null and its postal code in capitals.
 *
 * @param path where the address stands in the input
 * @throws `BAD_USER_INPUT` for a postal code that the country does not have, or that is missing where the
 *   post needs it
 */
export function checkedPostalAddress(
  { line2 = null, region = null, phone = null, postalCode = null, ...address }: PostalAddressInput,
  path: readonly string[],
): PostalAddress {
  const code = postalCode?.normalize('NFKC').trim().toUpperCase() || null;
  assertPostalCode(code, address.country, [...path, 'postalCode']);
  return { ...address, line2, region, phone, postalCode: code };
}

function assertPostalCode(code: string | null, country: string, path: readonly string[]): void {
  const hasCodes = postcodeValidatorExistsForCountry(country);
  if (code === null) {
    if (!hasCodes || CODE_NOT_NEEDED.has(country)) return;
    throw badInput('Parcels to this country need a postal code.', path);
  }
  if (!ANY_CODE.test(code) || (hasCodes && !postcodeValidator(code, country)))
    throw badInput('This is not a postal code of this country.', path);
}
