import { chatConsumer } from './define-consumer.ts';

/** Whoever attaches a file has to own it, and it has to be one for messages. */
export const copyMedia = chatConsumer({
  name: 'copy-media',
  consumes: 'users.MediaReady',
  handle: async ({ event: { mediaId, ownerId, purpose } }, { attachments }) => {
    if (purpose === 'CHAT_ATTACHMENT') await attachments.remember({ id: mediaId, ownerId });
  },
});
