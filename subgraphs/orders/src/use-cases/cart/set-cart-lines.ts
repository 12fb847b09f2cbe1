import type { Viewer } from '@souk/runtime/domain';
import type { Cart, CartLine } from '../../domain/cart/cart.ts';
import {
  type CartLineInput,
  checkedCartLines,
  currencyWith,
  withLines,
} from '../../domain/cart/set-lines.ts';
import type { PricedItem } from '../../domain/priced-item.ts';
import type { OrdersDeps, OrdersTransaction } from '../deps.ts';
import { waitForNews } from '../wait-for-news.ts';
import { lockCart } from './cart-of.ts';
import { assertCartVersion, saveCart } from './change-cart.ts';

export interface SetCartLinesInput {
  cartId?: string | null;
  lines: readonly CartLineInput[];
  expectedVersion?: number | null;
}

/** Sets the quantities of lines of a cart. Repeating it changes nothing, not even the version. */
export async function setCartLines(
  deps: OrdersDeps,
  viewer: Viewer | null,
  { cartId, lines, expectedVersion }: SetCartLinesInput,
): Promise<{ cartId: string }> {
  checkedCartLines(lines);
  await waitForLines(deps, lines);
  const { transaction, clock, config } = deps;
  return transaction(async (stores) => {
    const now = clock();
    const cart = await lockCart(stores, viewer, { cartId, currency: config.defaultCurrency, now });
    assertCartVersion(cart, expectedVersion, ['expectedVersion']);
    await putLines(deps, stores, cart, lines);
    return { cartId: cart.id };
  });
}

/** News of a variant that was created a moment ago may be on their way. */
export async function waitForLines(
  deps: OrdersDeps,
  lines: readonly CartLineInput[],
): Promise<void> {
  const wanted = lines.filter(({ quantity }) => quantity > 0);
  if (wanted.length > 0) await waitForNews(deps, wanted);
}

/** Puts lines into a locked cart, at the current prices. */
export async function putLines(
  { clock, newId }: Pick<OrdersDeps, 'clock' | 'newId'>,
  stores: OrdersTransaction,
  cart: Cart,
  inputs: readonly CartLineInput[],
  path: readonly string[] = ['lines'],
): Promise<void> {
  const items = await stores.pricedItems.findMany(inputs.map(({ variantId }) => variantId));
  const byVariant = new Map(items.map((item) => [item.variantId, item]));
  const now = clock();
  const newLine = ({ variantId, quantity }: CartLineInput, item: PricedItem): CartLine => ({
    id: newId('cln'),
    cartId: cart.id,
    variantId,
    quantity,
    title: item.title,
    currency: item.currency,
    unitPriceMinor: item.priceMinor,
    addedAt: now,
  });
  const lines = withLines(cart.lines, inputs, byVariant, newLine, path);
  const isSame =
    lines.length === cart.lines.length && lines.every((line) => cart.lines.includes(line));
  if (isSame && cart.notices.length === 0) return;
  // A person who changes a cart has seen its notices.
  await saveCart(stores, cart, { lines, currency: currencyWith(cart, lines), notices: [] }, now);
}
