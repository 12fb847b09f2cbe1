import { badInput, cutText } from '@souk/runtime/domain';
import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';

/** Somebody's number for text messages. */
export interface SmsNumber {
  userId: string;
  /** In E.164; null until one was confirmed. */
  number: string | null;
  /** What the carrier said of it: that there is no such phone, or that its owner has opted out. */
  refused: 'BOUNCED' | 'COMPLAINED' | null;
  /** A number to which a code was sent that has not been entered yet. */
  pending: string | null;
  pendingUntil: Date | null;
}

/** Each text message costs money: the maximum number of notices in a day for one person. */
export const NOTICES_A_DAY = 20;
/**
 * Codes in a day for one person; for one number, or range of numbers, whoever requests them; and requested
 * from one address, however many accounts are created there.
 */
export const CODES_A_DAY = { person: 5, number: 3, range: 30, address: 30 } as const;
/** The operator is warned once at most this part of a day's codes is left. */
export const FEW_LEFT = 0.2;
/** Numbers that differ only in this many last digits are in one range. */
export const RANGE_DIGITS = 4;
export const CODE_MINUTES = 10;
/** Wrong codes after which a new one must be requested. */
export const CODE_TRIES = 5;
export const DAY_SECONDS = 24 * 3_600;

/** In E.164, e.g. `+46701234567`; throws `BAD_USER_INPUT` when it is not a mobile phone's number. */
export function checkedNumber(given: string): string {
  const parsed = parsePhoneNumberFromString(given);
  if (!parsed?.isValid()) {
    throw badInput('Give the number of a mobile phone with its country, e.g. +46 70 123 45 67.', [
      'number',
    ]);
  }
  return parsed.number;
}

/** A length that is billed as one message in the GSM alphabet, and as three in others. */
const MOST_CHARACTERS = 160;

/** A notice in a text message. */
export const smsText = ({ title, body }: { title: string; body: string }): string =>
  cutText(body === '' ? title : `${title}: ${body}`, MOST_CHARACTERS);
