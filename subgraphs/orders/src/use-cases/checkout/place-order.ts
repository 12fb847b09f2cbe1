import {
  digestOf,
  isIdOf,
  type MoneyInput,
  type PostalAddress,
  unauthenticated,
  type Viewer,
} from '@souk/runtime/domain';
import { type Cart, mayUseCart } from '../../domain/cart/cart.ts';
import type { Quote } from '../../domain/checkout/quote.ts';
import { cartNotFound, checkoutIncomplete, discountRefused } from '../../domain/errors.ts';
import { assertTotal } from '../../domain/priced-lines.ts';
import { lockCart } from '../cart/cart-of.ts';
import { assertCartVersion, saveCart } from '../cart/change-cart.ts';
import { limitedAs } from '../count-orders.ts';
import type { Client, OrdersDeps, OrdersTransaction } from '../deps.ts';
import {
  type GuestAccess,
  grantGuestAccess,
  guestAccessTo,
  scopeOfGuest,
} from '../guest-access.ts';
import { advancePayment } from '../payment/advance-payment.ts';
import { beginPayment, methodOf } from '../payment/begin-payment.ts';
import { StockRefusal } from '../stock-refusal.ts';
import { waitForNews } from '../wait-for-news.ts';
import { insertOrder } from './insert-order.ts';
import { placeOnce } from './place-once.ts';
import { assertSellersKnown, quoteCart } from './quote-cart.ts';
import { shortagesInCart } from './shortages-in-cart.ts';
import { knowledgeOf } from './update-checkout.ts';

export interface PlaceOrderInput {
  cartId?: string | null;
  cartVersion: number;
  expectedTotal: MoneyInput;
  paymentMethodCode: string;
  returnUrl?: string | null;
  idempotencyKey: string;
}

export interface PlacedOrder {
  orderId: string;
  /** Null: there was nothing to pay. */
  paymentId: string | null;
  cartId: string;
  guestAccess: GuestAccess | null;
  replayed: boolean;
}

type Result = Pick<PlacedOrder, 'orderId' | 'paymentId' | 'cartId'>;

/**
 * Orders everything in a cart that can be bought, and begins to pay it; the rest stays in the cart. The money
 * is reserved at once and captured when the stock is reserved, too.
 */
export async function placeOrder(
  deps: OrdersDeps,
  client: Client,
  input: PlaceOrderInput,
): Promise<PlacedOrder> {
  const { transaction, reads, config, clock } = deps;
  const { viewer } = client;
  const buyerId = viewer?.userId ?? null;
  const request = {
    scope: `placeOrder:${buyerId ?? scopeOfGuest(input.cartId)}`,
    key: input.idempotencyKey,
    input,
  };
  const placed = await transaction(({ idempotency }) => idempotency.find<Result>(request));
  if (placed) return again(deps, placed.result);
  const known = await cartOf(reads, viewer, input.cartId);
  const unsureOf =
    known.lines.length > 0
      ? await waitForNews(deps, known.lines, { isSale: true })
      : new Set<string>();
  let guestAccess: GuestAccess | null = null;
  const { result, replayed } = await placeOnce(
    deps,
    { request, limited: limitedAs(client), lineCount: known.lines.length },
    async (stores, assertMayPlace): Promise<Result> => {
      const now = clock();
      const given = { cartId: known.id, currency: config.defaultCurrency, now };
      const cart = await lockCart(stores, viewer, given, ['input', 'cartId']);
      assertCartVersion(cart, input.cartVersion, ['input', 'cartVersion']);
      const knowledge = await knowledgeOf(stores, cart, cart.discountCodes, viewer);
      const { quote, missing, lines } = quoteCart(cart, knowledge, config.priceTables, now);
      const { shippingAddress } = cart;
      if (missing.length > 0 || !shippingAddress) throw checkoutIncomplete(missing);
      assertSellersKnown(quote, knowledge);
      assertTotal(quote, input.expectedTotal);
      const chosen = methodOf(deps, input.paymentMethodCode, quote.currency);
      await assertMayPlace();
      const [first, ...others] = shortagesInCart(lines, knowledge.items, unsureOf);
      if (first) throw new StockRefusal(first, ...others);
      const order = await insertOrder(deps, stores, {
        ...detailsOf(cart, shippingAddress),
        buyerId,
        quote,
      });
      await useDiscounts(stores, quote, { orderId: order.id, buyer: buyerId ?? buyerOf(cart) });
      const isBought = new Set(lines.flatMap((line) => (line.problem === null ? line.id : [])));
      await saveCart(
        stores,
        cart,
        {
          lines: cart.lines.filter(({ id }) => !isBought.has(id)),
          discountCodes: [],
          notices: [],
          note: null,
          deliveries: {},
        },
        now,
      );
      guestAccess =
        buyerId === null ? await grantGuestAccess(stores, order, { ...deps, now }) : null;
      const returnUrl = input.returnUrl ?? null;
      const paymentId =
        order.totalMinor === 0
          ? null
          : await beginPayment(deps, stores, order, { ...chosen, returnUrl });
      return { orderId: order.id, paymentId, cartId: cart.id };
    },
  );
  if (result.paymentId !== null && !replayed) await advancePayment(deps, result.paymentId);
  return replayed ? again(deps, result) : { ...result, guestAccess, replayed };
}

/** A repeat gets the first answer, including a guest's token, since that answer may have been lost. */
async function again(deps: OrdersDeps, result: Result): Promise<PlacedOrder> {
  const [order] = await deps.reads.orders.findMany([result.orderId]);
  const guestAccess = order ? await guestAccessTo(deps.reads, order, deps) : null;
  return { ...result, guestAccess, replayed: true };
}

/** Reads the cart, to see which news to wait for; who may use it is checked again under its lock. */
async function cartOf(
  { carts }: OrdersDeps['reads'],
  viewer: Viewer | null,
  cartId: string | null | undefined,
): Promise<Cart> {
  if (cartId == null && !viewer) throw unauthenticated();
  const [cart] =
    cartId == null
      ? await carts.findOwn([viewer?.userId ?? ''])
      : isIdOf('crt', cartId)
        ? await carts.findMany([cartId])
        : [];
  if (!cart || !mayUseCart(cart, viewer?.userId ?? null)) throw cartNotFound(['input', 'cartId']);
  return cart;
}

const detailsOf = ({ billingAddress, email, note }: Cart, shippingAddress: PostalAddress) => ({
  shippingAddress,
  billingAddress,
  email,
  note,
});

/** Who uses a code: an account, or a guest by their address, of which only a digest is stored. */
const buyerOf = ({ ownerId, email, id }: Cart): string => ownerId ?? digestOf(email ?? id);

/**
 * Uses the codes that reduced the price of an order; of two concurrent orders one may have used up the last.
 */
async function useDiscounts(
  { discounts }: Pick<OrdersTransaction, 'discounts'>,
  quote: Quote,
  of: { orderId: string; buyer: string },
): Promise<void> {
  const used = quote.discounts.filter(({ amountMinor }) => amountMinor > 0);
  // In one order, so that two orders with the same codes do not wait for each other.
  for (const { code, amountMinor } of used.sort((a, b) => (a.code < b.code ? -1 : 1))) {
    const refusal = await discounts.use({ ...of, code, amountMinor });
    if (refusal !== null) throw discountRefused(code, refusal, ['input', 'cartId']);
  }
}
