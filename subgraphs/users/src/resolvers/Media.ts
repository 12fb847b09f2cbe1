import type { MediaResolvers } from '../__generated__/resolvers.ts';
import { maySee, shownName } from '../domain/media.ts';

export const Media: MediaResolvers = {
  __resolveReference: async ({ id }, { loaders, viewer }) => {
    const media = await loaders.media.load(id);
    return media && maySee(media, viewer) ? media : null;
  },
  url: (media, { width }, { services: { mediaLinks, clock } }) =>
    mediaLinks.toFile(media, width, clock())?.url ?? null,
  urlExpiresAt: (media, _, { services: { mediaLinks, clock } }) =>
    mediaLinks.toFile(media, null, clock())?.expiresAt ?? null,
  fileName: (media) => shownName(media),
  owner: ({ ownerId }, _, { loaders }) => loaders.account.load(ownerId),
};
