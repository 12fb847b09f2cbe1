import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import { ownViewer } from '../own-viewer.ts';
import { outcomeOf, seenFrom } from './sign-in.ts';

/** Signing in by other providers, and whom they know. */
export const identities: Pick<
  MutationResolvers,
  'beginOidcSignIn' | 'completeOidcSignIn' | 'linkIdentity' | 'unlinkIdentity'
> = {
  beginOidcSignIn: async (_, args, { useCases, clientAddress }) => ({
    ...(await useCases.beginOidcSignIn(args, clientAddress)),
    errors: [],
  }),
  completeOidcSignIn: async (_, { input }, context) =>
    outcomeOf(await context.useCases.completeOidcSignIn(input, seenFrom(context))),
  linkIdentity: async (_, { input }, { useCases, loaders }) => {
    const id = await useCases.linkIdentity(input);
    return { identity: await loaders.ownIdentity.load(id), errors: [] };
  },
  unlinkIdentity: async (_, { linkedIdentityId }, context) => {
    await context.useCases.unlinkIdentity(linkedIdentityId);
    return { deletedId: linkedIdentityId, viewer: await ownViewer(context), errors: [] };
  },
};
