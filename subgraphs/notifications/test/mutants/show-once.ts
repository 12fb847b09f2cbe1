import { replaceStores } from '@souk/runtime/persistence';
import type { Stores } from '../../src/persistence/stores.ts';

/** Writes down that a device shows a notice without a look at what came since its text was read. */
export const showOnce = (stores: Stores): Stores =>
  replaceStores(stores, {
    deliveries: { ...stores.deliveries, waitingOf: async () => ({ total: 0, sourceIds: [] }) },
  });
