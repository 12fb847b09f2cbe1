import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { SignInOutcome } from '../../use-cases/first-factor.ts';
import type { SignedIn } from '../../use-cases/signed-in.ts';

/** How somebody becomes a viewer. */
export const signIn: Pick<
  MutationResolvers,
  | 'beginPasskeySignIn'
  | 'completeSignIn'
  | 'signInWithPasskey'
  | 'registerUser'
  | 'confirmRegistration'
  | 'login'
  | 'requestSignInCode'
  | 'signInWithCode'
  | 'requestPasswordReset'
  | 'resetPassword'
  | 'refreshSession'
  | 'logout'
  | 'revokeSession'
> = {
  registerUser: async (_, { input }, { useCases, clientAddress }) => ({
    challenge: await useCases.registerUser(input, clientAddress),
    errors: [],
  }),
  confirmRegistration: async (_, { input }, { useCases }) =>
    tokensOf(await useCases.confirmRegistration(input)),
  login: async (_, { input }, { useCases, clientAddress }) =>
    outcomeOf(await useCases.login(input, clientAddress)),
  requestSignInCode: async (_, { email }, { useCases, clientAddress }) => ({
    challenge: await useCases.requestSignInCode(email, clientAddress),
    errors: [],
  }),
  signInWithCode: async (_, { input }, { useCases }) =>
    outcomeOf(await useCases.signInWithCode(input)),
  completeSignIn: async (_, { input }, { useCases, clientAddress }) =>
    tokensOf(await useCases.completeSignIn(input, clientAddress)),
  beginPasskeySignIn: async (_, __, { useCases, clientAddress }) => ({
    ...(await useCases.beginPasskeySignIn(clientAddress)),
    errors: [],
  }),
  signInWithPasskey: async (_, { input }, { useCases }) =>
    tokensOf(await useCases.signInWithPasskey(input)),
  requestPasswordReset: async (_, { email }, { useCases, clientAddress }) => ({
    challenge: await useCases.requestPasswordReset(email, clientAddress),
    errors: [],
  }),
  resetPassword: async (_, { input }, { useCases }) =>
    outcomeOf(await useCases.resetPassword(input)),
  refreshSession: async (_, { refreshToken }, { useCases }) =>
    tokensOf(await useCases.refreshSession(refreshToken)),
  logout: async (_, { everywhere }, { useCases }) => ({
    revokedSessions: await useCases.logout({ everywhere: everywhere ?? false }),
  }),
  revokeSession: async (_, { sessionId }, { useCases }) => ({
    session: await useCases.revokeSession(sessionId),
    errors: [],
  }),
};

/** Tokens, or what asks for the second factor. */
export const outcomeOf = (outcome: SignInOutcome) =>
  'challenge' in outcome
    ? { challenge: { ...outcome.challenge, methods: [...outcome.challenge.methods] }, errors: [] }
    : tokensOf(outcome.signedIn);

/** The part that the payloads of all ways to sign in have in common. */
const tokensOf = ({ viewer, sessionId, ...tokens }: SignedIn) => ({
  viewer: { ...viewer, sessionId },
  tokens: {
    accessToken: tokens.accessToken.text,
    accessTokenExpiresAt: tokens.accessToken.expiresAt,
    refreshToken: tokens.refreshToken,
    refreshTokenExpiresAt: tokens.refreshTokenExpiresAt,
    deviceToken: tokens.deviceToken,
  },
  errors: [],
});
