import type { CurrentThings } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { findRoom } from './read-room.ts';

async function roomNow(id: string, context: Context) {
  context.reload();
  return { room: await findRoom(id, context) };
}

/** A viewer who changed an outdated version of something is shown its current state. */
export const current: CurrentThings = {
  editMessage: async (
    { input: { messageId } }: { input: { messageId: string } },
    context: Context,
  ) => {
    context.reload();
    return { message: await context.loaders.message.load(messageId) };
  },
  appendToMessage: async (
    { input: { messageId } }: { input: { messageId: string } },
    context: Context,
  ) => {
    context.reload();
    return { message: await context.loaders.message.load(messageId) };
  },
  updateRoom: ({ input: { id } }: { input: { id: string } }, context: Context) =>
    roomNow(id, context),
  setDraft: ({ input: { roomId } }: { input: { roomId: string } }, context: Context) =>
    roomNow(roomId, context),
};
