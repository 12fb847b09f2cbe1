import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no letter that is mistaken for a digit when read aloud. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HALF = 5;

/**
 * E.g. `K7QM2-X9D4T`: 50 random bits, so a number tells nobody how many orders there are, and two
 * are equal once in millions of years of a busy shop.
 */
export function newOrderNumber(): string {
  const letters = [...randomBytes(2 * HALF)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return `${letters.slice(0, HALF).join('')}-${letters.slice(HALF).join('')}`;
}
