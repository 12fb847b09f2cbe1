/**
 * What one operation may ask for. The values are those of the project's own probes against the
 * checks of graphql-cop and OWASP's GraphQL cheat sheet; `Infinity` switches a limit off.
 */
export interface OperationLimits {
  /** Lexical tokens of the document. */
  tokens: number;
  /** Nesting of fields, fragments resolved. */
  depth: number;
  /** Fields in all, fragments resolved at every use. */
  height: number;
  /** Fields with an alias, counted likewise. */
  aliases: number;
  rootFields: number;
  /** Directives at one place. */
  directives: number;
  /** Directives in the whole operation. */
  directivesInAll: number;
  /** Estimated cost by `@cost` and `@listSize`. */
  cost: number;
  /** Estimated cost, likewise, of completing one event of a subscription. */
  eventCost: number;
  /** Largest value of a paging argument (`@listSize(slicingArguments:)`). */
  pageSize: number;
  /** Fields below `__schema` and `__type`, which count for nothing else. */
  introspectionHeight: number;
  /** Milliseconds that an operation seen for the first time may be planned for. */
  planningMs: number;
}

export const DEFAULT_OPERATION_LIMITS: OperationLimits = {
  tokens: 1_000,
  depth: 15,
  height: 200,
  aliases: 15,
  rootFields: 10,
  directives: 9,
  directivesInAll: 50,
  cost: 5_000,
  eventCost: 500,
  pageSize: 100,
  introspectionHeight: 1_500,
  planningMs: 2_000,
};

/** Errors reported of one refused document; the rest is noise, or a probe. */
export const MAX_REPORTED_ERRORS = 5;

/** Mutations that try a secret or send a mail or a text message: one a request, or aliases would multiply the tries. */
export const DEFAULT_ONLY_ONCE: readonly string[] = [
  'login',
  'registerUser',
  'confirmRegistration',
  'requestSignInCode',
  'signInWithCode',
  'completeSignIn',
  'beginPasskeySignIn',
  'beginOidcSignIn',
  'completeOidcSignIn',
  'signInWithPasskey',
  'confirmTotpEnrolment',
  'reauthenticate',
  'requestReauthenticationCode',
  'requestEmailVerification',
  'requestEmailChange',
  'refreshSession',
  'verifyEmail',
  'requestPasswordReset',
  'resetPassword',
  'confirmEmailChange',
  'requestGuestAccess',
  'confirmGuestAccess',
  'setSmsNumber',
  'confirmSmsNumber',
];
