/** How often something may be tried; the shape the rate limiter takes. */
export interface Attempts {
  readonly rule: string;
  readonly points: number;
  readonly perSeconds: number;
}

const MINUTE = 60;

/**
 * Sign-in attempts for one login: five in 15 minutes; who goes on gets three more an hour, then in
 * four, then in a day. Counted by what was typed, known or not, so that limits give nothing away.
 */
export const LOGIN_ATTEMPTS: readonly Attempts[] = [
  { rule: 'login.15m', points: 5, perSeconds: 15 * MINUTE },
  { rule: 'login.1h', points: 8, perSeconds: 60 * MINUTE },
  { rule: 'login.4h', points: 11, perSeconds: 240 * MINUTE },
  { rule: 'login.24h', points: 14, perSeconds: 1_440 * MINUTE },
];

/** Attempts to open an account for one address: enough for honest mistakes, too few to spy. */
export const REGISTRATION_ATTEMPTS: Attempts = {
  rule: 'register.email',
  points: 5,
  perSeconds: 60 * MINUTE,
};

/** Mails that confirm an address, for one account. */
export const VERIFICATION_MAILS: Attempts = {
  rule: 'verification.account',
  points: 3,
  perSeconds: 60 * MINUTE,
};
