/** The purpose of a mailed code; it is valid for nothing else. */
export type CodePurpose =
  | 'REGISTRATION'
  | 'SIGN_IN'
  | 'PASSWORD_RESET'
  | 'EMAIL_VERIFICATION'
  | 'REAUTHENTICATION'
  /** To the address that an account is to have. */
  | 'EMAIL_CHANGE'
  /** To the address that it has. */
  | 'EMAIL_CHANGE_CURRENT';

/** By then a mail that is under way has arrived. */
export const RESEND_AFTER_MS = 30_000;
