/** How often something may be tried, in the form that the rate limiter takes. */
export interface Attempts {
  readonly rule: string;
  readonly points: number;
  readonly perSeconds: number;
}

const MINUTE = 60;

/**
 * Sign-in attempts for one account from one place, which is a client's address or a device that was signed in
 * before: five in 15 minutes, then three more within an hour, within four, within a day. Counted twice: by
 * what was typed, which is reported to the client, and by the account, whichever of its names was typed.
 */
export const LOGIN_ATTEMPTS: readonly Attempts[] = [
  { rule: 'login.15m', points: 5, perSeconds: 15 * MINUTE },
  { rule: 'login.1h', points: 8, perSeconds: 60 * MINUTE },
  { rule: 'login.4h', points: 11, perSeconds: 240 * MINUTE },
  { rule: 'login.24h', points: 14, perSeconds: 1_440 * MINUTE },
];

/**
 * Attempts for one account from all addresses together (NIST SP 800-63B allows 100). A single address cannot
 * reach this limit, and known devices are not counted here. So it takes many machines to keep an owner from
 * signing in on a new device, and nothing can keep them from using the others.
 */
export const LOGIN_ATTEMPTS_FROM_ANYWHERE: readonly Attempts[] = [
  { rule: 'login.account.1h', points: 100, perSeconds: 60 * MINUTE },
  { rule: 'login.account.24h', points: 300, perSeconds: 1_440 * MINUTE },
];
