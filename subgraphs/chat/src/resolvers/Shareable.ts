import { isShareable } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { ShareableResolvers } from '../__generated__/resolvers.ts';
import type { Message } from '../domain/message.ts';
import { findRoom } from './read-room.ts';

/** What chat adds to whatever can be shown, of which it knows no more than the id. */
export const Shareable: ShareableResolvers = {
  __resolveReference: ({ id }) => (isShareable(id) ? { id } : null),
  discussion: async ({ id }, _, context) => {
    const found = await context.loaders.discussion.load(id);
    return found && findRoom(found.roomId, context);
  },
  shareCount: async ({ id }, _, { loaders }) => (await loaders.shareCount.load(id))?.count ?? 0,
  mentionedIn: async ({ id: entityId }, { first, after }, { cursors, loaders, viewer }) => {
    if (!viewer) return null;
    const purpose = `mentioned-in:${entityId}`;
    const page = pageOf<string>({ first, after }, { cursors, purpose });
    const { limit, from } = page;
    const rows = await loaders.mentionedIn({ entityId, limit, from });
    return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }: Message) => id });
  },
};
