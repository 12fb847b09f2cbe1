import { groupsConsumer } from './define-consumer.ts';

/** A group's picture must belong to the person who sets it, and must have been uploaded for that purpose. */
export const copyMedia = groupsConsumer({
  name: 'copy-media',
  consumes: 'users.MediaReady',
  handle: async ({ event: { mediaId: id, ownerId, purpose } }, { media }) => {
    if (purpose === 'AVATAR') await media.remember({ id, ownerId, purpose });
  },
});

/**
 * Once its owner has removed it, it can no longer be used, even if this event comes before the one that it is
 * ready.
 */
export const forgetMedia = groupsConsumer({
  name: 'forget-media',
  consumes: 'users.MediaDeleted',
  handle: async ({ event: { mediaId } }, { media }) => media.forget(mediaId),
});
