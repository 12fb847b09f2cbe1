import { replaceStores } from '@souk/runtime/persistence';
import type { OrdersDeps } from '../../src/use-cases/deps.ts';

/** Keeps no key: whoever asks again is somebody new. */
export const unkeptKeys =
  (transaction: OrdersDeps['transaction']): OrdersDeps['transaction'] =>
  (work) =>
    transaction((stores) =>
      work(
        replaceStores(stores, {
          idempotency: {
            ...stores.idempotency,
            once: async (_, first) => ({ result: await first(), replayed: false }),
          },
        }),
      ),
    );
