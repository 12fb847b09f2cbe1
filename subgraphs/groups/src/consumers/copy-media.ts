import { groupsConsumer } from './define-consumer.ts';

/** Whoever gives a group a picture has to own it, and it has to be one for that. */
export const copyMedia = groupsConsumer({
  name: 'copy-media',
  consumes: 'users.MediaReady',
  handle: async ({ event: { mediaId: id, ownerId, purpose } }, { media }) => {
    if (purpose === 'AVATAR') await media.remember({ id, ownerId, purpose });
  },
});

/** Once its owner has removed it, nobody gives it to a group: also where that is heard before it was ready. */
export const forgetMedia = groupsConsumer({
  name: 'forget-media',
  consumes: 'users.MediaDeleted',
  handle: async ({ event: { mediaId } }, { media }) => media.forget(mediaId),
});
