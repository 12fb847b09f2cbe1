import { chatConsumer } from './define-consumer.ts';

/**
 * A file can be shown only by its owner, and only if it was uploaded for messages, or as a picture of a room.
 */
export const copyMedia = chatConsumer({
  name: 'copy-media',
  consumes: 'users.MediaReady',
  handle: async ({ event: { mediaId: id, ownerId, purpose } }, { media }) => {
    if (purpose === 'CHAT_ATTACHMENT' || purpose === 'AVATAR') {
      await media.remember({ id, ownerId, purpose });
    }
  },
});

/**
 * Once its owner has removed it, it can no longer be shown, even if this event comes before the one that it
 * is ready.
 */
export const forgetMedia = chatConsumer({
  name: 'forget-media',
  consumes: 'users.MediaDeleted',
  handle: async ({ event: { mediaId } }, { media }) => media.forget(mediaId),
});
