import { pairId, pairOf } from '@souk/runtime/domain';
import type { BlockResolvers } from '../__generated__/resolvers.ts';

export const Block: BlockResolvers = {
  /** Each viewer sees only their own. */
  __resolveReference: async ({ id }, { viewer, stores }) => {
    const [blockerId, blockedId] = pairOf('blk', id, ['usr', 'usr']) ?? [];
    if (!blockerId || !blockedId || blockerId !== viewer?.userId) return null;
    return stores.blocks.find(blockerId, blockedId);
  },
  id: ({ blockerId, blockedId }) => pairId('blk', blockerId, blockedId),
  user: ({ blockedId }) => ({ id: blockedId }),
};
