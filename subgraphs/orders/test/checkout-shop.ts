import { randomUUID } from 'node:crypto';
import type { Viewer } from '@souk/runtime/domain';
import { type Answer, type StartedSubgraph, until } from '@souk/testkit';
import { cartShopOf } from './cart-shop.ts';
import { ADDRESS, type Shop } from './shop.ts';

const PAID = `fragment Paid on Order {
  id number status paymentStatus viewerCan statusReason
  total { minorUnits } refunded { minorUnits }
  sellerOrders { id number status total { minorUnits } deliveryLabel lines { title quantity } }
  payments { id status method label amount { minorUnits } refunded { minorUnits }
    failureReason action { kind url clientSecret } }
  timeline { edges { node { kind text remark actor { id } } } }
}`;
const CHECKOUT = `fragment Checkout on Cart {
  id version missing total { minorUnits currency } shipping { minorUnits } tax { minorUnits } taxIncluded
  subtotal { minorUnits } discount { minorUnits } email note shippingAddress { country }
  discountCodes { code applicable reason amount { minorUnits } }
  deliveries { lines { title } options { code label price { minorUnits } latest } selected { code } }
  paymentMethods { code kind } lines { title problem }
}`;
const ERRORS = 'errors { __typename ... on UserError { code message path } }';

/** Checkouts and payments as clients use them, by a guest where no viewer is given. */
export function checkoutShopOf(graph: StartedSubgraph, shop: Shop) {
  const carts = cartShopOf(graph);
  const run = async (
    name: string,
    query: string,
    variables: Record<string, unknown>,
    viewer: Viewer | null,
  ): Promise<Answer['data']> => {
    const answer = await graph.execute(query, variables, viewer);
    return answer.data && name in answer.data ? answer.data[name] : answer;
  };
  const update = (input: Record<string, unknown>, viewer: Viewer | null = null) =>
    run(
      'updateCheckout',
      `${CHECKOUT} mutation ($input: CheckoutInput!) { updateCheckout(input: $input) {
        cart { ...Checkout } errors { __typename ... on UserError { code message path }
          ... on DiscountCodeError { discountCode } } } }`,
      { input },
      viewer,
    );
  const place = (input: Record<string, unknown>, viewer: Viewer | null = null) =>
    run(
      'placeOrder',
      `${PAID} mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
        order { ...Paid } payment { id status action { kind url clientSecret } }
        guestAccess { token url expiresAt } cart { id version lines { title } } replayed
        errors { __typename ... on UserError { code message path }
          ... on PaymentDeclinedError { declineCode retryable }
          ... on CheckoutIncompleteError { missing }
          ... on CartChangedError { currentVersion } } } }`,
      { input: { idempotencyKey: randomUUID(), ...input } },
      viewer,
    );
  /** A cart with everything in it that an order needs. */
  const ready = async (
    lines: { variantId: string; quantity: number }[],
    given: Record<string, unknown> = {},
    viewer: Viewer | null = null,
  ) => {
    const made = viewer ? await carts.set(null, lines, {}, viewer) : await carts.create(lines);
    const cartId = viewer ? null : made.cart.id;
    const email = viewer ? undefined : 'Guest@Example.com';
    const { cart, errors } = await update(
      { cartId, email, shippingAddress: ADDRESS, ...given },
      viewer,
    );
    if (!cart) throw new Error(JSON.stringify(errors));
    return cart;
  };
  const find = async (id: string, given: { guestToken?: string; viewer?: Viewer | null } = {}) =>
    (
      await graph.ask(
        `${PAID} query ($id: ID!, $guestToken: String) { order(id: $id, guestToken: $guestToken) { ...Paid } }`,
        { id, guestToken: given.guestToken },
        given.viewer ?? null,
      )
    ).order;
  const inputFor = (cart: Answer['data'], given: Record<string, unknown> = {}) => ({
    cartId: cart.id,
    cartVersion: cart.version,
    expectedTotal: cart.total,
    paymentMethodCode: 'test_card',
    ...given,
  });
  return {
    ...{ carts, update, place, ready, find, inputFor },
    pay: (input: Record<string, unknown>, viewer: Viewer | null = null) =>
      run(
        'payOrder',
        `${PAID} mutation ($input: PayOrderInput!) { payOrder(input: $input) {
          order { ...Paid } payment { id status action { kind url clientSecret } } replayed
          errors { __typename ... on UserError { code message path }
            ... on PaymentDeclinedError { declineCode retryable } } } }`,
        { input: { idempotencyKey: randomUUID(), paymentMethodCode: 'test_card', ...input } },
        viewer,
      ),
    complete: (paymentId: string, guestToken?: string, viewer: Viewer | null = null) =>
      run(
        'completePayment',
        `${PAID} mutation ($paymentId: ID!, $guestToken: String) {
          completePayment(paymentId: $paymentId, guestToken: $guestToken) {
            order { ...Paid } payment { status } ${ERRORS} } }`,
        { paymentId, guestToken },
        viewer,
      ),
    confirm: (clientSecret: string, approve = true) =>
      run(
        'confirmTestPayment',
        `mutation ($clientSecret: String!, $approve: Boolean!) {
          confirmTestPayment(clientSecret: $clientSecret, approve: $approve) { ${ERRORS} } }`,
        { clientSecret, approve },
        null,
      ),
    confirmPrices: (cartId: string | null, cartVersion: number, viewer: Viewer | null = null) =>
      run(
        'confirmCartPrices',
        `${CHECKOUT} mutation ($cartId: ID, $cartVersion: Int!) {
          confirmCartPrices(cartId: $cartId, cartVersion: $cartVersion) { cart { ...Checkout } ${ERRORS} } }`,
        { cartId, cartVersion },
        viewer,
      ),
    createCode: (input: Record<string, unknown>, viewer: Viewer) =>
      run(
        'createDiscountCode',
        `mutation ($input: CreateDiscountCodeInput!) { createDiscountCode(input: $input) {
          discountCode { code uses used } ${ERRORS} } }`,
        { input },
        viewer,
      ),
    /** A guest's order for one thing, as it was answered. */
    placed: async (given: Record<string, unknown> = {}, quantity = 1) => {
      const item = await shop.item();
      const cart = await ready([{ variantId: item.variantId, quantity }]);
      const answer = await place(inputFor(cart, given));
      if (!answer.order) throw new Error(JSON.stringify(answer.errors));
      return answer;
    },
    /** Waits until an order has come to a state. */
    until: (id: string, guestToken: string, isThere: (order: Answer['data']) => boolean) =>
      until(async () => {
        const order = await find(id, { guestToken });
        return order && isThere(order) ? order : null;
      }),
  };
}

export type CheckoutShop = ReturnType<typeof checkoutShopOf>;
