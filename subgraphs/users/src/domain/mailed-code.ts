/** What a code that goes out by mail is for; each opens nothing but that. */
export type CodePurpose =
  | 'REGISTRATION'
  | 'SIGN_IN'
  | 'PASSWORD_RESET'
  | 'EMAIL_VERIFICATION'
  | 'REAUTHENTICATION'
  /** At the address that an account is to have. */
  | 'EMAIL_CHANGE'
  /** At the address that it has. */
  | 'EMAIL_CHANGE_CURRENT';

/** By then a mail that is under way has arrived. */
export const RESEND_AFTER_MS = 30_000;
