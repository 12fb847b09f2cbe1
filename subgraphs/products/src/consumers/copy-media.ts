import { defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

/** The owners of files: only one's own files can be attached or imported. */
export const copyMedia = defineConsumer<Stores & TransactionTools>()({
  name: 'copy-own-media',
  consumes: 'users.MediaReady',
  handle: async ({ event }, { media }) => {
    const { mediaId, ownerId, purpose, fileName, altText, url } = event;
    if (purpose !== 'IMPORT_FILE' && purpose !== 'PRODUCT_IMAGE') return;
    await media.keep({ mediaId, ownerId, purpose, fileName, altText, url });
  },
});

/**
 * Once its owner has removed it, it can no longer be attached or imported, even if this event comes before
 * the one that it is ready.
 */
export const forgetMedia = defineConsumer<Stores & TransactionTools>()({
  name: 'forget-own-media',
  consumes: 'users.MediaDeleted',
  handle: async ({ event: { mediaId } }, { media }) => media.forget(mediaId),
});
