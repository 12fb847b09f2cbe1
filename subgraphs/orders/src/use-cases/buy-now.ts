import {
  checkedPostalAddress,
  type MoneyInput,
  type PostalAddressInput,
  type Viewer,
} from '@souk/runtime/domain';
import { assertDeliverable, quoteOf } from '../domain/checkout/quote.ts';
import { assertTotal, priceLines, shortagesOf } from '../domain/priced-lines.ts';
import { checkedLines, type OrderLineInput } from '../domain/requested-lines.ts';
import { insertOrder } from './checkout/insert-order.ts';
import { placeOnce } from './checkout/place-once.ts';
import { assertSellersKnown, quotable } from './checkout/quote-cart.ts';
import { saleKnowledgeOf } from './checkout/sale-knowledge.ts';
import type { OrdersDeps } from './deps.ts';
import { StockRefusal } from './stock-refusal.ts';
import { waitForNews } from './wait-for-news.ts';

export interface BuyNowInput {
  lines: readonly OrderLineInput[];
  shippingAddress: PostalAddressInput;
  note?: string | null;
  /** What the buyer was shown. */
  expectedTotal?: MoneyInput | null;
  idempotencyKey: string;
}

/**
 * Places an order without a cart, at the current prices and with the cheapest delivery; products decides
 * whether there is enough stock.
 */
export async function buyNow(
  deps: OrdersDeps,
  { userId: buyerId }: Viewer,
  input: BuyNowInput,
): Promise<{ orderId: string; replayed: boolean }> {
  const { transaction, clock, config } = deps;
  const requested = checkedLines(input.lines);
  const shippingAddress = checkedPostalAddress(input.shippingAddress, ['input', 'shippingAddress']);
  const { note = null } = input;
  const request = { scope: `buyNow:${buyerId}`, key: input.idempotencyKey, input };
  // A repeat of a placed order waits for nothing, and gets the first answer.
  const placed = await transaction(({ idempotency }) =>
    idempotency.find<{ orderId: string }>(request),
  );
  if (placed) return { orderId: placed.result.orderId, replayed: true };
  const unsureOf = await waitForNews(deps, requested, { isSale: true });
  const placing = { request, limited: buyerId, lineCount: requested.length };
  const { result, replayed } = await placeOnce(deps, placing, async (stores, assertMayPlace) => {
    const found = await stores.pricedItems.findMany(requested.map(({ variantId }) => variantId));
    const items = new Map(
      found.map((item) => [
        item.variantId,
        unsureOf.has(item.variantId) ? { ...item, available: null } : item,
      ]),
    );
    const { currency, lines } = priceLines(requested, items);
    const sale = await saleKnowledgeOf(stores, lines);
    const quote = quoteOf(
      {
        currency,
        lines: lines.flatMap((line) => quotable(line, items.get(line.variantId), sale) ?? []),
        country: shippingAddress.country,
        discounts: [],
        deliveries: {},
        choosesCheapest: true,
      },
      config.priceTables,
      clock(),
    );
    assertSellersKnown(quote, sale);
    assertTotal(quote, input.expectedTotal);
    assertDeliverable(quote);
    await assertMayPlace();
    const [first, ...others] = shortagesOf(requested, items);
    if (first) throw new StockRefusal(first, ...others);
    const given = { buyerId, shippingAddress, billingAddress: null, email: null, note };
    const order = await insertOrder(deps, stores, { ...given, quote });
    return { orderId: order.id };
  });
  return { orderId: result.orderId, replayed };
}
