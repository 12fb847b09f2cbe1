/**
 * What one operation may ask for. The values come from the project's own tests against the checks of
 * graphql-cop and OWASP's GraphQL cheat sheet; `Infinity` switches a limit off.
 */
export interface OperationLimits {
  /** Lexical tokens of the document. */
  tokens: number;
  /** Nesting of fields, with fragments resolved. */
  depth: number;
  /** Number of fields, with fragments counted at every use. */
  height: number;
  /** Fields with an alias, counted the same way. */
  aliases: number;
  rootFields: number;
  /** Directives at one place. */
  directives: number;
  /** Directives in the whole operation. */
  directivesInAll: number;
  /** Cost as estimated by `@cost` and `@listSize`. */
  cost: number;
  /** Estimated cost of completing one event of a subscription. */
  eventCost: number;
  /** Largest value of a paging argument (`@listSize(slicingArguments:)`). */
  pageSize: number;
  /** Fields below `__schema` and `__type`, which no other limit counts. */
  introspectionHeight: number;
  /** Milliseconds for planning an operation that is seen for the first time. */
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

/** Errors reported about one refused document; more would be noise, or help an attacker. */
export const MAX_REPORTED_ERRORS = 5;

/**
 * Mutations that try a secret or send a mail or text message: one per request, since aliases would multiply
 * the attempts.
 */
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
