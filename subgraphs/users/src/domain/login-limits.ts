/** How often something may be tried; the shape the rate limiter takes. */
export interface Attempts {
  readonly rule: string;
  readonly points: number;
  readonly perSeconds: number;
}

const MINUTE = 60;

/**
 * Sign-in attempts for one account from one place, which is a client's address or a device that was
 * signed in before: five in 15 minutes; who goes on gets three more an hour, then in four, then in a
 * day. An account that does not exist is counted by what was typed, so that limits give nothing away.
 */
export const LOGIN_ATTEMPTS: readonly Attempts[] = [
  { rule: 'login.15m', points: 5, perSeconds: 15 * MINUTE },
  { rule: 'login.1h', points: 8, perSeconds: 60 * MINUTE },
  { rule: 'login.4h', points: 11, perSeconds: 240 * MINUTE },
  { rule: 'login.24h', points: 14, perSeconds: 1_440 * MINUTE },
];

/**
 * Attempts for one account from all addresses together (NIST SP 800-63B allows 100). One address alone
 * never gets that far, and known devices are not counted here, so it takes many machines to keep an
 * owner from signing in on a new device, and none can keep them from the others.
 */
export const LOGIN_ATTEMPTS_FROM_ANYWHERE: readonly Attempts[] = [
  { rule: 'login.account.1h', points: 100, perSeconds: 60 * MINUTE },
  { rule: 'login.account.24h', points: 300, perSeconds: 1_440 * MINUTE },
];

/** How often one client's address may learn that an e-mail address has an account. */
export const TAKEN_ADDRESSES_REVEALED: Attempts = {
  rule: 'register.taken',
  points: 5,
  perSeconds: 60 * MINUTE,
};

/**
 * Attempts to open an account for one e-mail address from one client's address: enough for honest
 * mistakes, too few to spy.
 */
export const REGISTRATION_ATTEMPTS: Attempts = {
  rule: 'register.email',
  points: 5,
  perSeconds: 60 * MINUTE,
};

/**
 * The same from all clients together. One of them alone never gets that far, so that no stranger
 * keeps a person from opening their account.
 */
export const REGISTRATION_ATTEMPTS_FROM_ANYWHERE: Attempts = {
  rule: 'register.email.anywhere',
  points: 100,
  perSeconds: 60 * MINUTE,
};

/** Mails that confirm an address, for one account. */
export const VERIFICATION_MAILS: Attempts = {
  rule: 'verification.account',
  points: 3,
  perSeconds: 60 * MINUTE,
};
