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
 * day. Counted twice: by what was typed, which is told of, and by the account, whichever of its names was typed.
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
