import type { Allowance } from '@souk/runtime/backplane';
import type { Rate } from './rate.ts';

/**
 * How often something may be asked for. A busy page stays far below the rates of requests and cost. Those of
 * sign-in follow OWASP's advice on credential stuffing: a limit per address above the limit per account,
 * which the users subgraph enforces.
 */
export interface RateLimits {
  /** Requests and subscriptions from one address. */
  rateAddress: Rate | 'off';
  /** Requests and subscriptions of one signed-in viewer. */
  rateViewer: Rate | 'off';
  /** Units of estimated cost of one viewer, or of one address when nobody is signed in. */
  rateCost: Rate | 'off';
  /** Objects in the events of one viewer or one anonymous connection; events beyond that are delayed. */
  rateEventCost: Rate | 'off';
  /** Sign-in attempts from one address. */
  rateLogin: Rate | 'off';
  /** Accounts opened from one address. */
  rateRegister: Rate | 'off';
  /** Mails and text messages requested from one address. */
  rateMail: Rate | 'off';
  /** Attempts from one address to use a secret from a mail or text message. */
  rateSecret: Rate | 'off';
  /** Messages of one viewer to one room. */
  rateMessage: Rate | 'off';
  /** Changes by one viewer to the catalogue and to parcels under way: each is an event for all followers. */
  ratePublish: Rate | 'off';
  /** Joins and leaves of one viewer, each an event for everybody in the room or group. */
  rateJoin: Rate | 'off';
  /** Changes of one viewer's public profile, which every subgraph keeps a copy of. */
  rateProfile: Rate | 'off';
}

export type RateName = keyof RateLimits;

export const DEFAULT_RATE_LIMITS: RateLimits = {
  rateAddress: { points: 300, perSeconds: 60 },
  rateViewer: { points: 600, perSeconds: 60 },
  rateCost: { points: 60_000, perSeconds: 60 },
  rateEventCost: { points: 20_000, perSeconds: 10 },
  rateLogin: { points: 20, perSeconds: 900 },
  rateRegister: { points: 5, perSeconds: 3_600 },
  rateMail: { points: 10, perSeconds: 3_600 },
  rateSecret: { points: 20, perSeconds: 900 },
  rateMessage: { points: 10, perSeconds: 10 },
  // A seller who imports a catalogue of thousands of products is not stopped.
  ratePublish: { points: 5_000, perSeconds: 3_600 },
  rateJoin: { points: 120, perSeconds: 3_600 },
  rateProfile: { points: 30, perSeconds: 3_600 },
};

export const NO_RATE_LIMITS: RateLimits = Object.fromEntries(
  Object.keys(DEFAULT_RATE_LIMITS).map((name) => [name, 'off']),
) as unknown as RateLimits;

/** What counts for the limit of a field: each use of it in the operation, under any alias. */
export interface FieldRule {
  readonly limit: RateName;
  /** Names of root fields; one that the supergraph does not have costs nothing. */
  readonly fields: readonly string[];
  /** Which uses are counted together. Clients that are not signed in are counted by address. */
  readonly per: 'address' | 'viewer';
  /** The argument whose values are counted separately, e.g. `['input', 'roomId']`. */
  readonly apartBy?: readonly string[];
  /** Several gateways may exceed it by what they let through within a tenth of a second: most uses wait for none. */
  readonly settled?: boolean;
}

export const FIELD_RULES: readonly FieldRule[] = [
  {
    limit: 'rateLogin',
    per: 'address',
    fields: [
      'login',
      'beginPasskeySignIn',
      'signInWithPasskey',
      'beginOidcSignIn',
      'completeOidcSignIn',
      'reauthenticate',
    ],
  },
  { limit: 'rateRegister', per: 'address', fields: ['registerUser'] },
  {
    limit: 'rateMail',
    per: 'address',
    fields: [
      'requestSignInCode',
      'requestPasswordReset',
      'requestEmailVerification',
      'requestEmailChange',
      'requestReauthenticationCode',
      'requestGuestAccess',
      'setSmsNumber',
    ],
  },
  {
    limit: 'rateSecret',
    per: 'address',
    fields: [
      'confirmRegistration',
      'signInWithCode',
      'completeSignIn',
      'confirmTotpEnrolment',
      'verifyEmail',
      'resetPassword',
      'confirmEmailChange',
      'confirmGuestAccess',
      'confirmSmsNumber',
    ],
  },
  {
    limit: 'rateMessage',
    per: 'viewer',
    fields: ['sendMessage'],
    apartBy: ['input', 'roomId'],
    settled: true,
  },
  {
    limit: 'ratePublish',
    per: 'viewer',
    fields: [
      'createSeller',
      'updateSeller',
      'setSellerMember',
      'removeSellerMember',
      'acceptSellerMembership',
      ...['archiveProduct', 'deleteProduct', 'deleteVariant'],
      ...['createReview', 'updateReview', 'deleteReview', 'answerReview', 'reportReview'],
      ...['createProduct', 'updateProduct', 'createVariant', 'updateVariant', 'adjustInventory'],
      'updateShipment',
    ],
  },
  {
    limit: 'rateJoin',
    per: 'viewer',
    fields: ['joinRoom', 'leaveRoom', 'joinGroup', 'leaveGroup'],
  },
  { limit: 'rateProfile', per: 'viewer', fields: ['updateProfile'] },
];

/** In the form that the backplane counts. */
export const allowanceOf = (limit: RateName, { points, perSeconds }: Rate): Allowance => ({
  rule: `gateway.${limit}`,
  points,
  perSeconds,
});
