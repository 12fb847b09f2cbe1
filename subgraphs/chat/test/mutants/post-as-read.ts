import { replaceStores } from '@souk/runtime/persistence';
import { AUTHOR, POSTING, SENT_AT } from '../../src/persistence/message-posting.ts';
import type { Stores } from '../../src/persistence/stores.ts';

const AS_READ = POSTING.replace(
  AUTHOR,
  'SELECT NULL::timestamptz AS last_posted_at, 0 AS read_message_sequence FROM said',
).replace(SENT_AT, 'said.at');

/**
 * The naive way: who has been seen in the room says something there, with the time that their process read before it
 * waited for the room.
 */
export const postAsRead = (stores: Stores): Stores =>
  replaceStores(stores, {
    messages: {
      ...stores.messages,
      posting: (message, { stream }) => ({
        ...stores.messages.posting(message, { stream }),
        text: AS_READ,
      }),
    },
  });
