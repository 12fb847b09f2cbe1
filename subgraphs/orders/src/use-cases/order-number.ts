import { randomBytes } from 'node:crypto';
import {
  ORDER_NUMBER_ALPHABET as ALPHABET,
  HALF_LENGTH,
  writtenOrderNumber,
} from '../domain/order-number.ts';

/**
 * E.g. `K7QM2-X9D4T`: 50 random bits, so a number does not reveal how many orders there are, and two are
 * equal once in millions of years of a busy shop.
 */
export const newOrderNumber = (): string =>
  writtenOrderNumber(
    [...randomBytes(2 * HALF_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join(''),
  );
