import type { FormLookups } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { joinedRoom } from '../use-cases/room-access.ts';
import { assertInRoom, type SendMessageInput } from '../use-cases/send-message.ts';

/** Ids that a form with other mistakes names, and that are of nothing the viewer sees. */
export const lookups: FormLookups = {
  sendMessage: ({ input }: { input: SendMessageInput }, { stores, viewer }: Context) => {
    if (!viewer) return [];
    const { roomId, replyToId = null } = input;
    return [
      joinedRoom(stores, viewer.userId, roomId, ['input', 'roomId']),
      assertInRoom(stores.messages, replyToId, roomId, viewer.userId),
    ];
  },
};
