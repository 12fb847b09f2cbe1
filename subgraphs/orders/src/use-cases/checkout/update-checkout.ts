import {
  canonicalEmail,
  checkAll,
  checkEach,
  checkedPostalAddress,
  type PostalAddressInput,
  type Viewer,
} from '@souk/runtime/domain';
import type { Cart } from '../../domain/cart/cart.ts';
import { canonicalDiscountCode, refusalOf } from '../../domain/checkout/discount.ts';
import type { Quote } from '../../domain/checkout/quote.ts';
import { discountRefused, unknownDelivery } from '../../domain/errors.ts';
import { lockCart } from '../cart/cart-of.ts';
import { saveCart } from '../cart/change-cart.ts';
import { countUse, limitedAs } from '../count-orders.ts';
import type { Client, OrdersDeps, OrdersTransaction } from '../deps.ts';
import { quoteCart } from './quote-cart.ts';
import { saleKnowledgeOf } from './sale-knowledge.ts';

export interface CheckoutInput {
  cartId?: string | null;
  email?: string | null;
  shippingAddress?: PostalAddressInput | null;
  billingAddress?: PostalAddressInput | null;
  note?: string | null;
  discountCodes?: readonly string[] | null;
  deliveryOptionCodes?: readonly string[] | null;
}

/** Stores the given fields of a checkout; missing ones stay, and null ones are removed. */
export async function updateCheckout(
  deps: OrdersDeps,
  client: Client,
  input: CheckoutInput,
): Promise<{ cartId: string }> {
  const { transaction, clock, config } = deps;
  const { viewer } = client;
  if (input.discountCodes) await countWrongCodes(deps, client, canonicalCodes(input.discountCodes));
  return transaction(async (stores) => {
    const now = clock();
    const given = { cartId: input.cartId, currency: config.defaultCurrency, now };
    const cart = await lockCart(stores, viewer, given, ['input', 'cartId']);
    const filled = filledBy(cart, input);
    const { codes } = filled;
    const knowledge = await knowledgeOf(stores, cart, codes, viewer);
    const quoted = (of: Cart) => quoteCart(of, knowledge, config.priceTables, now).quote;
    const changed = { ...cart, ...filled.changes, discountCodes: codes };
    const checked = checkAll({
      discounts: () =>
        input.discountCodes && assertDiscounts(codes, knowledge.discounts, quoted(changed), now),
      deliveries: () =>
        input.deliveryOptionCodes
          ? chosenOf(input.deliveryOptionCodes, quoted(changed))
          : cart.deliveries,
    });
    await saveCart(stores, changed, { deliveries: checked.deliveries, notices: [] }, now);
    return { cartId: cart.id };
  });
}

const at = (field: string): string[] => ['input', field];

const canonicalCodes = (typed: readonly string[]): string[] => [
  ...new Set(typed.map(canonicalDiscountCode)),
];

/**
 * Counts wrong codes, so that nobody can find codes by trying. All are counted before any is looked up, under
 * a lock, and valid ones are uncounted: of many concurrent requests none looks up uncounted, and a person at
 * the limit does not learn of valid ones either.
 */
async function countWrongCodes(
  { transaction, clock, config }: OrdersDeps,
  client: Client,
  codes: readonly string[],
): Promise<void> {
  if (codes.length === 0) return;
  const limited = limitedAs(client);
  const rule = 'wrong_codes' as const;
  await transaction(async ({ quotas, discounts }) => {
    await countUse(quotas, limited, { rule, points: codes.length, config, now: clock() });
    const known = await discounts.findMany(codes, null);
    await quotas.giveBack(limited, rule, known.length);
  });
}

function filledBy(
  cart: Cart,
  { email, shippingAddress, billingAddress, note, discountCodes }: CheckoutInput,
): { changes: Partial<Cart>; codes: string[] } {
  const changes: Partial<Cart> = {};
  if (email !== undefined) changes.email = email === null ? null : (canonicalEmail(email) ?? email);
  if (shippingAddress !== undefined) {
    changes.shippingAddress =
      shippingAddress && checkedPostalAddress(shippingAddress, at('shippingAddress'));
  }
  if (billingAddress !== undefined) {
    changes.billingAddress =
      billingAddress && checkedPostalAddress(billingAddress, at('billingAddress'));
  }
  if (note !== undefined) changes.note = note;
  const typed = discountCodes === undefined ? cart.discountCodes : (discountCodes ?? []);
  return { changes, codes: canonicalCodes(typed) };
}

/** What is known of a cart, and of the codes on it in their order. */
export async function knowledgeOf(
  stores: Pick<OrdersTransaction, 'pricedItems' | 'discounts' | 'sellers' | 'categoryTree'>,
  { lines }: Pick<Cart, 'lines'>,
  codes: readonly string[],
  viewer: Viewer | null,
) {
  const { pricedItems, discounts } = stores;
  const items = await pricedItems.findMany(lines.map(({ variantId }) => variantId));
  const found = codes.length === 0 ? [] : await discounts.findMany(codes, viewer?.userId ?? null);
  return {
    items: new Map(items.map((item) => [item.variantId, item])),
    ...(await saleKnowledgeOf(stores, items)),
    discounts: codes.flatMap((code) => found.find((each) => each.code === code) ?? []),
  };
}

function assertDiscounts(
  codes: readonly string[],
  known: Awaited<ReturnType<typeof knowledgeOf>>['discounts'],
  { subtotalMinor, currency }: Quote,
  now: Date,
): void {
  checkEach(codes, (code, index) => {
    const discount = known.find((each) => each.code === code);
    const reason = discount
      ? refusalOf(discount, { subtotalMinor, currency, now })
      : 'This code does not exist.';
    if (reason !== null) {
      throw discountRefused(code, reason, ['input', 'discountCodes', index]);
    }
  });
}

function chosenOf(codes: readonly string[], { parts }: Quote): Record<string, string> {
  const chosen = checkEach(codes, (code, index) => {
    const part = parts.find(({ options }) => options.some((option) => option.code === code));
    if (!part) throw unknownDelivery(['input', 'deliveryOptionCodes', index]);
    return [part.sellerId, code] as const;
  });
  return Object.fromEntries(chosen);
}
