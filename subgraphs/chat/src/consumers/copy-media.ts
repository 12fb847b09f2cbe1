import { chatConsumer } from './define-consumer.ts';

/** Whoever shows a file has to own it, and it has to be one for messages, or a picture for rooms. */
export const copyMedia = chatConsumer({
  name: 'copy-media',
  consumes: 'users.MediaReady',
  handle: async ({ event: { mediaId: id, ownerId, purpose } }, { media }) => {
    if (purpose === 'CHAT_ATTACHMENT' || purpose === 'AVATAR') {
      await media.remember({ id, ownerId, purpose });
    }
  },
});

/** Once its owner has removed it, nobody shows it: also where that is heard before it was ready. */
export const forgetMedia = chatConsumer({
  name: 'forget-media',
  consumes: 'users.MediaDeleted',
  handle: async ({ event: { mediaId } }, { media }) => media.forget(mediaId),
});
