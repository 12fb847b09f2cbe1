import type { OrdersDeps } from '../../src/use-cases/deps.ts';

/** Takes a key as it was typed: in small and in capital letters it is two, and so are the orders. */
export const keysAsTyped = (transaction: OrdersDeps['transaction']): OrdersDeps['transaction'] =>
  ((work) =>
    transaction((stores) => {
      const { idempotency } = stores;
      const typed = <Request extends { key: string | null | undefined }>(request: Request) => ({
        ...request,
        key: `typed ${request.key}`,
      });
      const naive: typeof idempotency = {
        once: (request, run) => idempotency.once(typed(request), run),
        find: (request) => idempotency.find(typed(request)),
        forget: (request) => idempotency.forget(typed(request)),
      };
      return work(Object.create(stores, { idempotency: { value: naive } }));
    })) as OrdersDeps['transaction'];
