/** Crockford's base 32: without letters that could be mistaken for digits when read aloud. */
export const ORDER_NUMBER_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const HALF_LENGTH = 5;

/** `K7QM2X9D4T` as people read it aloud: `K7QM2-X9D4T`. */
export const writtenOrderNumber = (letters: string): string =>
  `${letters.slice(0, HALF_LENGTH)}-${letters.slice(HALF_LENGTH)}`;

const LOOKS_LIKE: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };
const BETWEEN = /[\s\p{Cf}#._\-\u2010-\u2015\u2212]+/gu;
const NUMBER = new RegExp(`^[${ORDER_NUMBER_ALPHABET}]{${2 * HALF_LENGTH}}$`);

/**
 * The stored form of a number that somebody typed, or null when it is not one: accepts lower case, spaces and
 * invisible characters, any dash or none, O for 0, I or l for 1.
 */
export function canonicalOrderNumber(typed: string): string | null {
  const letters = typed
    .slice(0, 100)
    .normalize('NFKC')
    .toUpperCase()
    .replace(BETWEEN, '')
    .replace(/[OIL]/g, (letter) => LOOKS_LIKE[letter] as string);
  return NUMBER.test(letters) ? writtenOrderNumber(letters) : null;
}

/** The stored form of the number of a seller's part: its order's number, and which part it is. */
export function canonicalPartNumber(typed: string): string | null {
  const [, number = '', part = ''] =
    /^(.{10,90}?)[\s\p{Cf}#._\-\u2010-\u2015\u2212]+(\d{1,3})\s*$/u.exec(typed) ?? [];
  const canonical = canonicalOrderNumber(number);
  return canonical === null ? null : `${canonical}-${Number(part)}`;
}
