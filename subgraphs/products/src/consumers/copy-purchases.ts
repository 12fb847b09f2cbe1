import type { Clock } from '@souk/runtime/domain';
import { defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

/** A buyer can review what they paid for; a guest has no account to do so. */
export const copyPurchase = ({ clock }: { clock: Clock }) =>
  defineConsumer<Stores & TransactionTools>()({
    name: 'copy-purchase',
    consumes: 'orders.OrderPaid',
    handle: async ({ event: { orderId, buyerId, lines } }, { reviews }) => {
      if (buyerId === null) return;
      const boughtAt = clock();
      await reviews.rememberPurchases(
        lines.map(({ lineId, productId, variantId }) => ({
          lineId,
          orderId,
          buyerId,
          productId,
          variantId,
          boughtAt,
        })),
      );
    },
  });
