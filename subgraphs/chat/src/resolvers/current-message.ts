import type { CurrentThings } from '@souk/runtime/domain';
import type { Context } from '../context.ts';

/** A viewer who edited an older revision of a message is shown the message as it is now. */
export const current: CurrentThings = {
  editMessage: async (
    { input: { messageId } }: { input: { messageId: string } },
    context: Context,
  ) => {
    context.reload();
    return { message: await context.loaders.message.load(messageId) };
  },
};
