import { defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

/** Whose file is whose: what is attached or imported has to be one's own. */
export const copyMedia = defineConsumer<Stores & TransactionTools>()({
  name: 'copy-own-media',
  consumes: 'users.MediaReady',
  handle: async ({ event }, { media }) => {
    const { mediaId, ownerId, purpose, fileName, altText, url } = event;
    if (purpose !== 'IMPORT_FILE' && purpose !== 'PRODUCT_IMAGE') return;
    await media.keep({ mediaId, ownerId, purpose, fileName, altText, url });
  },
});

/** Once its owner has removed it, nobody attaches or imports it: also where that is heard before it was ready. */
export const forgetMedia = defineConsumer<Stores & TransactionTools>()({
  name: 'forget-own-media',
  consumes: 'users.MediaDeleted',
  handle: async ({ event: { mediaId } }, { media }) => media.forget(mediaId),
});
