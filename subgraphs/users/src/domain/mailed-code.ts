/** What a code that goes out by mail is for; each opens nothing but that. */
export const CODE_PURPOSES = [
  'REGISTRATION',
  'SIGN_IN',
  'PASSWORD_RESET',
  'EMAIL_VERIFICATION',
  'REAUTHENTICATION',
  /** At the address that an account is to have. */
  'EMAIL_CHANGE',
  /** At the address that it has. */
  'EMAIL_CHANGE_CURRENT',
] as const;
export type CodePurpose = (typeof CODE_PURPOSES)[number];

const MINUTE_MS = 60_000;

/** Long enough to fetch a mail, too short to be found in a mailbox later. */
export const CODE_LIFETIME_MS = 10 * MINUTE_MS;

/** By then a mail that is under way has arrived. */
export const RESEND_AFTER_MS = MINUTE_MS / 2;

/** Wrong ones included; 32 to the power of 8 codes make a guess among them hopeless. */
export const MAX_TRIES = 5;

/** Without I and 1, O and 0, which are read as each other. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
export const CODE_LENGTH = 8;

/** A code as it is compared, however it was typed: in any case, with blanks and hyphens anywhere. */
export const normalCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
