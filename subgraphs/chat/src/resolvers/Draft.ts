import type { DraftResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Draft as DraftModel } from '../domain/draft.ts';
import { draftKey } from '../persistence/loader-keys.ts';

/** What the viewer was about to post in a room or thread; null for nothing. */
export async function draftIn(
  place: { roomId: string; rootId: string },
  { loaders }: Context,
): Promise<DraftModel | null> {
  return loaders.draftOfViewer.load(draftKey(place));
}

export const Draft: DraftResolvers = {
  replyTo: ({ replyToId }, _, { loaders }) =>
    replyToId === null ? null : loaders.message.load(replyToId),
};
