import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import { ownViewer } from '../own-viewer.ts';

/** What keeps an account its owner's. */
export const security: Pick<
  MutationResolvers,
  | 'reauthenticate'
  | 'requestReauthenticationCode'
  | 'requestEmailVerification'
  | 'verifyEmail'
  | 'setPassword'
  | 'requestEmailChange'
  | 'confirmEmailChange'
> = {
  reauthenticate: async (_, { proof }, { useCases, clientAddress }) => ({
    session: await useCases.reauthenticate(proof, clientAddress),
    errors: [],
  }),
  requestReauthenticationCode: async (_, __, { useCases }) => ({
    challenge: await useCases.requestReauthenticationCode(),
    errors: [],
  }),
  requestEmailVerification: async (_, __, { useCases }) => ({
    challenge: await useCases.requestEmailVerification(),
    errors: [],
  }),
  verifyEmail: async (_, { input }, context) => {
    const userId = await context.useCases.verifyEmail(input);
    // A stranger who found the mail learns nothing about the account.
    const isOwn = context.viewer?.userId === userId;
    return { verified: true, viewer: isOwn ? await ownViewer(context) : null, errors: [] };
  },
  setPassword: async (_, { newPassword }, context) => {
    await context.useCases.setPassword(newPassword);
    return { viewer: await ownViewer(context), errors: [] };
  },
  requestEmailChange: async (_, { newEmail }, { useCases, clientAddress }) => ({
    ...(await useCases.requestEmailChange(newEmail, clientAddress)),
    errors: [],
  }),
  confirmEmailChange: async (_, { input }, context) => {
    await context.useCases.confirmEmailChange(input);
    return { viewer: await ownViewer(context), errors: [] };
  },
};
