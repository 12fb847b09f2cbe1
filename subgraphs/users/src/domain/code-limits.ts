import type { Attempts } from './login-limits.ts';

const HOUR = 3_600;

/**
 * Codes mailed to one address at the request of one client's address, whatever they are for: enough for
 * mails that come late, too few to be a nuisance.
 */
export const CODE_MAILS: Attempts = { rule: 'code.email', points: 5, perSeconds: HOUR };

/**
 * Codes mailed to one address at the request of all clients together. One of them alone never gets that far, so that no stranger keeps
 * a person from their mail.
 */
export const CODE_MAILS_FROM_ANYWHERE: Attempts = {
  rule: 'code.email.anywhere',
  points: 30,
  perSeconds: HOUR,
};

/** Ceremonies of signing in that one client's address may begin: an office has one address. */
export const CEREMONIES: Attempts = { rule: 'ceremony.client', points: 200, perSeconds: HOUR };

/** Codes that somebody who is signed in has mailed to their own address, or to one it is to become. */
export const OWN_CODE_MAILS: Attempts = { rule: 'code.own', points: 10, perSeconds: HOUR };
