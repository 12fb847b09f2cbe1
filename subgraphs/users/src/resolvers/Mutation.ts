import { requireViewer } from '@souk/runtime';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { SignedIn } from '../use-cases/signed-in.ts';

export const Mutation: MutationResolvers = {
  registerUser: async (_, { input }, { useCases, clientAddress }) => ({
    ...authPayload(await useCases.registerUser(input, clientAddress)),
    verificationEmailSent: true,
  }),
  login: async (_, { input }, { useCases, clientAddress }) =>
    authPayload(await useCases.login(input, clientAddress)),
  refreshSession: async (_, { refreshToken }, { useCases }) =>
    authPayload(await useCases.refreshSession(refreshToken)),
  logout: async (_, { everywhere }, { useCases, viewer }) => ({
    revokedSessions: await useCases.logout(requireViewer(viewer), {
      everywhere: everywhere ?? false,
    }),
  }),
  revokeSession: async (_, { id }, { useCases, viewer }) => ({
    session: await useCases.revokeSession(requireViewer(viewer), id),
    errors: [],
  }),
  requestEmailVerification: async (_, __, { useCases, viewer }) => ({
    accepted: await useCases.requestEmailVerification(requireViewer(viewer)),
    errors: [],
  }),
  verifyEmail: async (_, { token }, { useCases, viewer, reads }) => {
    const userId = await useCases.verifyEmail(token);
    const own = viewer?.userId === userId ? await reads.accounts.findAtHead(userId) : null;
    return {
      verified: true,
      // Whoever found the mail learns nothing about the account.
      viewer: own && { ...own, sessionId: viewer?.sessionId ?? null },
      errors: [],
    };
  },
  updateProfile: async (_, { input }, { useCases, viewer, reads }) => {
    const self = requireViewer(viewer);
    await useCases.updateProfile(self, input);
    const own = await reads.accounts.findAtHead(self.userId);
    return {
      viewer: own && { ...own, sessionId: self.sessionId },
      user: own?.account ?? null,
      errors: [],
    };
  },
  setUserRoles: async (_, args, { useCases, viewer, loaders }) => {
    const roles = await useCases.setUserRoles(requireViewer(viewer), args);
    return { user: await loaders.account.load(args.userId), roles: [...roles], errors: [] };
  },
};

const authPayload = ({ viewer, sessionId, ...tokens }: SignedIn) => ({
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
