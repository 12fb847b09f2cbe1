import { replaceStores } from '@souk/runtime/persistence';
import type { Stores } from '../../src/persistence/stores.ts';

/** The naive way: what was decided is not looked at again when the message gets its place. */
export const postingUnguarded = (stores: Stores): Stores =>
  replaceStores(stores, {
    messages: {
      ...stores.messages,
      posting: (message, { stream }) => stores.messages.posting(message, { stream }),
    },
  });
