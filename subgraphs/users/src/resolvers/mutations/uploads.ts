import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { Media } from '../../domain/media.ts';
import type { FileLink } from '../../media/media-links.ts';
import { ownViewer } from '../own-viewer.ts';

/** Files that an account keeps. */
export const uploads: Pick<MutationResolvers, 'createUpload' | 'completeUpload' | 'deleteMedia'> = {
  createUpload: async (_, { input }, { useCases, loaders, services: { mediaLinks, clock } }) => {
    const { id, replayed } = await useCases.createUpload(input);
    const media = await loaders.media.load(id);
    const ticket = media && ticketOf(media, mediaLinks.toUpload(media, clock()));
    return { ticket, replayed, errors: [] };
  },
  completeUpload: async (_, { mediaId }, { useCases, loaders }) => {
    await useCases.completeUpload(mediaId);
    return { media: await loaders.media.load(mediaId), errors: [] };
  },
  deleteMedia: async (_, { mediaId }, context) => {
    await context.useCases.deleteMedia(mediaId);
    return { deletedId: mediaId, viewer: await ownViewer(context), errors: [] };
  },
};

/** How the bytes of a file are sent. */
const ticketOf = (media: Media, { url: uploadUrl, expiresAt }: FileLink) => ({
  media,
  uploadUrl,
  expiresAt,
  method: 'PUT',
  headers: [{ name: 'content-type', value: media.contentType }],
});
