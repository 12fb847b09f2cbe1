import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import { ownViewer } from '../own-viewer.ts';

/** Passkeys, and the authenticator app with the codes that stand in for it. */
export const secondFactors: Pick<
  MutationResolvers,
  | 'beginPasskeyRegistration'
  | 'registerPasskey'
  | 'renamePasskey'
  | 'removePasskey'
  | 'beginTotpEnrolment'
  | 'confirmTotpEnrolment'
  | 'disableTotp'
  | 'regenerateRecoveryCodes'
> = {
  beginPasskeyRegistration: async (_, __, { useCases }) => ({
    ...(await useCases.beginPasskeyRegistration()),
    errors: [],
  }),
  registerPasskey: async (_, { input }, { useCases, loaders }) => {
    const id = await useCases.registerPasskey(input);
    return { passkey: await loaders.ownPasskey.load(id), errors: [] };
  },
  renamePasskey: async (_, args, { useCases, loaders }) => {
    await useCases.renamePasskey(args);
    return { passkey: await loaders.ownPasskey.load(args.passkeyId), errors: [] };
  },
  removePasskey: async (_, { passkeyId }, context) => {
    await context.useCases.removePasskey(passkeyId);
    return { deletedId: passkeyId, viewer: await ownViewer(context), errors: [] };
  },
  beginTotpEnrolment: async (_, __, { useCases }) => ({
    ...(await useCases.beginTotpEnrolment()),
    errors: [],
  }),
  confirmTotpEnrolment: async (_, { code }, context) => {
    const recoveryCodes = await context.useCases.confirmTotpEnrolment(code, context.clientAddress);
    return { viewer: await ownViewer(context), recoveryCodes, errors: [] };
  },
  disableTotp: async (_, __, context) => {
    await context.useCases.disableTotp();
    return { viewer: await ownViewer(context), errors: [] };
  },
  regenerateRecoveryCodes: async (_, __, context) => {
    const recoveryCodes = await context.useCases.regenerateRecoveryCodes();
    return { viewer: await ownViewer(context), recoveryCodes, errors: [] };
  },
};
