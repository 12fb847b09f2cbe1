import { badInput, cutText } from '@souk/runtime/domain';
import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';

/** The number that text messages of somebody go to. */
export interface SmsNumber {
  userId: string;
  /** In E.164; null until one was confirmed. */
  number: string | null;
  /** What the next station said of it: that there is no such phone, or that its owner wants nothing. */
  refused: 'BOUNCED' | 'COMPLAINED' | null;
  /** A number that waits for the code that was sent to it. */
  pending: string | null;
  pendingUntil: Date | null;
}

/** Each text message is paid for: so many of notices in a day for somebody. */
export const NOTICES_A_DAY = 20;
/**
 * Codes that somebody may ask for in a day; that go to a number, or a range of numbers, whoever asks; and that are
 * asked for at one address, however many accounts are made there.
 */
export const CODES_A_DAY = { person: 5, number: 3, range: 30, address: 30 } as const;
/** Whoever runs Souk is warned once no more than this part of a day's codes is left. */
export const FEW_LEFT = 0.2;
/** Numbers that differ in so many of their last digits are of one range. */
export const RANGE_DIGITS = 4;
export const CODE_MINUTES = 10;
/** Wrong codes; after them a new one is asked for. */
export const CODE_TRIES = 5;
export const DAY_SECONDS = 24 * 3_600;

/** In E.164, e.g. `+46701234567`; throws `BAD_USER_INPUT` for what is no number of a mobile phone. */
export function checkedNumber(given: string): string {
  const parsed = parsePhoneNumberFromString(given);
  if (!parsed?.isValid()) {
    throw badInput('Give the number of a mobile phone with its country, e.g. +46 70 123 45 67.', [
      'number',
    ]);
  }
  return parsed.number;
}

/** What is paid for as one in the letters of GSM, and as three in those of other alphabets. */
const MOST_CHARACTERS = 160;

/** A notice in a text message. */
export const smsText = ({ title, body }: { title: string; body: string }): string =>
  cutText(body === '' ? title : `${title}: ${body}`, MOST_CHARACTERS);
