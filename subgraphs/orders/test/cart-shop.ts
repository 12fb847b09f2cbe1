import { randomUUID } from 'node:crypto';
import type { Viewer } from '@souk/runtime/domain';
import { type Answer, as, type StartedSubgraph, sql } from '@souk/testkit';

type Lines = { variantId: string; quantity: number }[];

export const CART = `fragment Cart on Cart {
  id owner { id } currency itemCount version updatedAt head subtotal { minorUnits }
  lines { id title quantity maxQuantity problem variant { id }
    unitPrice { minorUnits currency } previousUnitPrice { minorUnits } total { minorUnits } }
  notices { kind message title quantity previousQuantity line { quantity variant { id } } }
}`;
const ERRORS = 'errors { __typename ... on UserError { code message path } }';
const LINE_ERRORS = `errors { __typename ... on UserError { code message path }
  ... on InsufficientStockError { maxQuantity } }`;
const SET_ERRORS = LINE_ERRORS.replace(/}$/, '... on CartChangedError { currentVersion } }');

/** Carts as clients use them. */
export function cartShopOf(graph: StartedSubgraph) {
  const run = async (
    name: string,
    query: string,
    variables: Record<string, unknown>,
    viewer: Viewer | null,
  ): Promise<Answer['data']> => {
    const answer = await graph.execute(`${CART} ${query}`, variables, viewer);
    return answer.data && name in answer.data ? answer.data[name] : answer;
  };
  return {
    create: (lines: Lines, { key = randomUUID() as string } = {}, viewer: Viewer | null = null) =>
      run(
        'createCart',
        `mutation ($lines: [CartLineInput!], $key: UUID!) { createCart(lines: $lines, idempotencyKey: $key) {
          cart { ...Cart } replayed ${LINE_ERRORS} } }`,
        { lines, key },
        viewer,
      ),
    set: (
      cartId: string | null,
      lines: Lines,
      given: { expectedVersion?: number } = {},
      viewer: Viewer | null = null,
    ) =>
      run(
        'setCartLines',
        `mutation ($cartId: ID, $lines: [CartLineInput!]!, $expectedVersion: Int) {
          setCartLines(cartId: $cartId, lines: $lines, expectedVersion: $expectedVersion) {
            cart { ...Cart } ${SET_ERRORS} } }`,
        { cartId, lines, ...given },
        viewer,
      ),
    clear: (cartId: string | null, viewer: Viewer | null = null) =>
      run(
        'clearCart',
        `mutation ($cartId: ID) { clearCart(cartId: $cartId) { cart { ...Cart } ${ERRORS} } }`,
        { cartId },
        viewer,
      ),
    merge: (guestCartId: string, viewer: Viewer = as('bo')) =>
      run(
        'mergeCart',
        `mutation ($guestCartId: ID!) { mergeCart(guestCartId: $guestCartId) { cart { ...Cart } ${ERRORS} } }`,
        { guestCartId },
        viewer,
      ),
    find: (id: string, viewer: Viewer | null = null) =>
      run('cart', 'query ($id: ID!) { cart(id: $id) { ...Cart } }', { id }, viewer),
    own: async (viewer: Viewer) =>
      (await graph.ask(`${CART} { viewer { cart { ...Cart } } }`, {}, viewer)).viewer.cart,
    /** How many events tell a secret. */
    eventsTelling: async (secret: string) => {
      const [row] = await sql<{ count: number }>(
        graph,
        'SELECT count(*)::int FROM event_record WHERE strpos(event_record::text, $1) > 0',
        [secret],
      );
      return row?.count;
    },
  };
}

export type CartShop = ReturnType<typeof cartShopOf>;
