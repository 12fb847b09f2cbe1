import { replaceStores } from '@souk/runtime/persistence';
import type { Stores } from '../../src/persistence/stores.ts';

/** Ends a mail without a look at what joined it since its notices were read. */
export const endMailAlone = (stores: Stores): Stores =>
  replaceStores(stores, {
    deliveries: {
      ...stores.deliveries,
      waitingIn: async () => ({ notificationIds: [], sourceIds: [] }),
    },
  });
