import { requireViewer } from '@souk/runtime/domain';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { SignedIn } from '../use-cases/signed-in.ts';

export const Mutation: MutationResolvers = {
  registerUser: async (_, { input }, { useCases, clientAddress }) => {
    const { replayed, ...signedIn } = await useCases.registerUser(input, clientAddress);
    return { ...tokensOf(signedIn), replayed };
  },
  login: async (_, { input }, { useCases, clientAddress }) =>
    tokensOf(await useCases.login(input, clientAddress)),
  refreshSession: async (_, { refreshToken }, { useCases }) =>
    tokensOf(await useCases.refreshSession(refreshToken)),
  logout: async (_, { everywhere }, { useCases }) => ({
    revokedSessions: await useCases.logout({ everywhere: everywhere ?? false }),
  }),
  revokeSession: async (_, { sessionId }, { useCases }) => ({
    session: await useCases.revokeSession(sessionId),
    errors: [],
  }),
  reauthenticate: async (_, { proof }, { useCases, clientAddress }) => ({
    session: await useCases.reauthenticate(proof, clientAddress),
    errors: [],
  }),
  requestEmailVerification: async (_, __, { useCases }) => ({
    accepted: await useCases.requestEmailVerification(),
    errors: [],
  }),
  verifyEmail: async (_, { token }, { useCases, viewer, stores }) => {
    const userId = await useCases.verifyEmail(token);
    const own = viewer?.userId === userId ? await stores.accounts.findAtHead(userId) : null;
    return {
      verified: true,
      // A stranger who found the mail learns nothing about the account.
      viewer: own && { ...own, sessionId: viewer?.sessionId ?? null },
      errors: [],
    };
  },
  updateProfile: async (_, { input }, { useCases, viewer, stores }) => {
    const self = requireViewer(viewer);
    await useCases.updateProfile(input);
    const own = await stores.accounts.findAtHead(self.userId);
    return {
      viewer: own && { ...own, sessionId: self.sessionId },
      user: own?.account ?? null,
      errors: [],
    };
  },
  createAddress: async (_, args, context) => {
    const { id, replayed } = await context.useCases.createAddress(args);
    return { ...(await savedAddress(id, context)), replayed, errors: [] };
  },
  updateAddress: async (_, args, context) => {
    await context.useCases.updateAddress(args);
    return { ...(await savedAddress(args.addressId, context)), errors: [] };
  },
  deleteAddress: async (_, { addressId }, { useCases, viewer, stores }) => {
    await useCases.deleteAddress(addressId);
    return { deletedId: addressId, viewer: await ownViewer(viewer, stores), errors: [] };
  },
  setUserRoles: async (_, args, { useCases, loaders }) => {
    const roles = await useCases.setUserRoles(args);
    return { user: await loaders.account.load(args.userId), roles: [...roles], errors: [] };
  },
  suspendUser: async (_, args, { useCases, loaders }) => {
    await useCases.suspendUser(args);
    return { user: await loaders.account.load(args.userId), errors: [] };
  },
  unsuspendUser: async (_, { userId }, { useCases, loaders }) => {
    await useCases.unsuspendUser(userId);
    return { user: await loaders.account.load(userId), errors: [] };
  },
};

/** The caller's private face, as it is after a change. */
async function ownViewer(viewer: Context['viewer'], { accounts }: Context['stores']) {
  const { userId, sessionId } = requireViewer(viewer);
  const own = await accounts.findAtHead(userId);
  return own && { ...own, sessionId };
}

async function savedAddress(id: string, { viewer, stores, loaders }: Context) {
  const [address, own] = await Promise.all([
    loaders.ownAddress.load(id),
    ownViewer(viewer, stores),
  ]);
  return { address, viewer: own };
}

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
