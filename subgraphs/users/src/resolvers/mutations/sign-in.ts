import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { SeenFrom } from '../../domain/session.ts';
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
  confirmRegistration: async (_, { input }, context) =>
    tokensOf(await context.useCases.confirmRegistration(input, seenFrom(context))),
  login: async (_, { input }, context) =>
    outcomeOf(await context.useCases.login(input, seenFrom(context))),
  requestSignInCode: async (_, args, { useCases, clientAddress }) => ({
    challenge: await useCases.requestSignInCode(args, clientAddress),
    errors: [],
  }),
  signInWithCode: async (_, { input }, context) =>
    outcomeOf(await context.useCases.signInWithCode(input, seenFrom(context))),
  completeSignIn: async (_, { input }, context) =>
    tokensOf(await context.useCases.completeSignIn(input, seenFrom(context))),
  beginPasskeySignIn: async (_, __, { useCases, clientAddress }) => ({
    ...(await useCases.beginPasskeySignIn(clientAddress)),
    errors: [],
  }),
  signInWithPasskey: async (_, { input }, context) =>
    tokensOf(await context.useCases.signInWithPasskey(input, seenFrom(context))),
  requestPasswordReset: async (_, args, { useCases, clientAddress }) => ({
    challenge: await useCases.requestPasswordReset(args, clientAddress),
    errors: [],
  }),
  resetPassword: async (_, { input }, context) =>
    outcomeOf(await context.useCases.resetPassword(input, seenFrom(context))),
  refreshSession: async (_, args, context) => {
    const { replayed, ...given } = await context.useCases.refreshSession(args, seenFrom(context));
    return { ...tokensOf(given), replayed };
  },
  logout: async (_, { everywhere }, { useCases }) => ({
    revokedSessions: await useCases.logout({ everywhere: everywhere ?? false }),
  }),
  revokeSession: async (_, { sessionId }, { useCases }) => ({
    session: await useCases.revokeSession(sessionId),
    errors: [],
  }),
};

/** Where a device signs in from. */
export const seenFrom = ({
  clientAddress: ip,
  userAgent,
}: {
  readonly clientAddress: string | null;
  readonly userAgent: string | null;
}): SeenFrom => ({ ip, userAgent });

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
