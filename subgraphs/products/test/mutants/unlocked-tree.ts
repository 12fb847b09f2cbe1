import { replaceStores } from '@souk/runtime/persistence';
import type { ProductsDeps } from '../../src/use-cases/deps.ts';

/** Reads the tree without locking it: of two moves at once, each misses what the other is about to change. */
export const unlockedTree =
  (transaction: ProductsDeps['transaction']): ProductsDeps['transaction'] =>
  (work) =>
    transaction((stores) =>
      work(
        replaceStores(stores, { categories: { ...stores.categories, lockTree: async () => {} } }),
      ),
    );
