import { assertExactlyOne, requireViewer } from '@souk/runtime/domain';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { countGuess } from '../use-cases/count-guess.ts';
import { pageOfDirectory } from './pages.ts';
import { visibleGroup } from './visible.ts';
import { inviteWithCode } from './visible-invite.ts';

export const Query: QueryResolvers = {
  viewer: (_, __, { viewer }) => ({ id: requireViewer(viewer).userId }),
  group: (_, { id, slug }, context) => {
    assertExactlyOne({ id, slug });
    return visibleGroup({ id, slug }, context);
  },
  groupInvite: async (_, { code }, context) => {
    const invite = await inviteWithCode(code, context);
    // Without an account, attempts cannot be counted; 192 bits cannot be guessed.
    if (!invite && context.viewer) await countGuess(context.services, context.viewer.userId);
    return invite;
  },
  groups: (_, args, context) => pageOfDirectory(args, context),
};
