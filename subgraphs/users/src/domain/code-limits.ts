import type { Attempts } from './login-limits.ts';

const HOUR = 3_600;

/**
 * Codes mailed to one address at the request of one client address, for any purpose: enough for mails that
 * are delayed, too few to be a nuisance.
 */
export const CODE_MAILS: Attempts = { rule: 'code.email', points: 5, perSeconds: HOUR };

/**
 * Codes mailed to one address at the request of all clients together. A single client cannot reach this
 * limit, so no stranger can keep a person from getting their mail.
 */
export const CODE_MAILS_FROM_ANYWHERE: Attempts = {
  rule: 'code.email.anywhere',
  points: 30,
  perSeconds: HOUR,
};

/** Sign-in ceremonies that one client address may begin: a whole office may share one address. */
export const CEREMONIES: Attempts = { rule: 'ceremony.client', points: 200, perSeconds: HOUR };

/** Codes that a signed-in person requests for their own address, or for a new one. */
export const OWN_CODE_MAILS: Attempts = { rule: 'code.own', points: 10, perSeconds: HOUR };
