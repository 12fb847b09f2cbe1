import { chatConsumer } from './define-consumer.ts';

/** Whoever attaches a file has to own it, and it has to be one for messages. */
export const copyMedia = chatConsumer({
  name: 'copy-media',
  consumes: 'users.MediaReady',
  handle: async ({ event: { mediaId, ownerId, purpose } }, { attachments }) => {
    if (purpose === 'CHAT_ATTACHMENT') await attachments.remember({ id: mediaId, ownerId });
  },
});

/** Once its owner has removed it, nobody attaches it: also where that is heard before it was ready. */
export const forgetMedia = chatConsumer({
  name: 'forget-media',
  consumes: 'users.MediaDeleted',
  handle: async ({ event: { mediaId } }, { attachments }) => attachments.forget(mediaId),
});
