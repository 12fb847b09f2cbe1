import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Client } from '../use-cases/deps.ts';
import { cartNow, orderNow, paidNow, partNow } from './current-things.ts';

const clientOf = ({ viewer, clientAddress }: Context): Client => ({ viewer, clientAddress });

/** Carts and orders are loaded after the commit, so every payload shows what is stored. */
export const Mutation: MutationResolvers = {
  createCart: async (_, input, context) => {
    const { cartId, replayed } = await context.useCases.createCart(clientOf(context), input);
    return { ...(await cartNow(cartId, context)), replayed, errors: [] };
  },
  setCartLines: async (_, input, context) => {
    const { cartId } = await context.useCases.setCartLines(context.viewer, input);
    return { ...(await cartNow(cartId, context)), errors: [] };
  },
  clearCart: async (_, input, context) => {
    const { cartId } = await context.useCases.clearCart(context.viewer, input);
    return { ...(await cartNow(cartId, context)), errors: [] };
  },
  mergeCart: async (_, input, context) => {
    const { cartId } = await context.useCases.mergeCart(input);
    return { ...(await cartNow(cartId, context)), errors: [] };
  },
  updateCheckout: async (_, { input }, context) => {
    const { cartId } = await context.useCases.updateCheckout(clientOf(context), input);
    return { ...(await cartNow(cartId, context)), errors: [] };
  },
  confirmCartPrices: async (_, input, context) => {
    const { cartId } = await context.useCases.confirmCartPrices(context.viewer, input);
    return { ...(await cartNow(cartId, context)), errors: [] };
  },
  placeOrder: async (_, { input }, context) => {
    const placed = await context.useCases.placeOrder(clientOf(context), input);
    const { orderId, paymentId, cartId, guestAccess, replayed } = placed;
    const paid = await paidNow({ orderId, paymentId }, context);
    return { ...paid, ...(await cartNow(cartId, context)), guestAccess, replayed };
  },
  buyNow: async (_, { input }, context) => {
    const { orderId, replayed } = await context.useCases.buyNow(input);
    return { ...(await orderNow(orderId, context)), replayed, errors: [] };
  },
  payOrder: async (_, { input }, context) => {
    const { replayed, ...ids } = await context.useCases.payOrder(clientOf(context), input);
    return { ...(await paidNow(ids, context)), replayed };
  },
  completePayment: async (_, input, context) =>
    paidNow(await context.useCases.completePayment(clientOf(context), input), context),
  confirmTestPayment: async (_, input, context) => {
    await context.useCases.confirmTestPayment(input);
    return { errors: [] };
  },
  cancelOrder: async (_, input, context) => {
    const { replayed } = await context.useCases.cancelOrder(context.viewer, input);
    const { orderId: id, guestToken } = input;
    return { ...(await orderNow(id, context, guestToken)), replayed, errors: [] };
  },
  fulfilOrder: async (_, { input }, context) => {
    const { replayed, ...ids } = await context.useCases.fulfilOrder(input);
    return { ...(await partNow(ids, context)), replayed, errors: [] };
  },
  updateShipment: async (_, input, context) => ({
    ...(await partNow(await context.useCases.updateShipment(input), context)),
    errors: [],
  }),
  refundOrder: async (_, { input }, context) => {
    const { replayed, ...ids } = await context.useCases.refundOrder(input);
    return { ...(await partNow(ids, context)), replayed, errors: [] };
  },
  requestReturn: async (_, { input }, context) => {
    const { replayed, ...ids } = await context.useCases.requestReturn(context.viewer, input);
    return { ...(await partNow(ids, context)), replayed, errors: [] };
  },
  decideReturn: async (_, input, context) => ({
    ...(await partNow(await context.useCases.decideReturn(input), context)),
    errors: [],
  }),
  receiveReturn: async (_, input, context) => {
    const { replayed, ...ids } = await context.useCases.receiveReturn(input);
    return { ...(await partNow(ids, context)), replayed, errors: [] };
  },
  cancelReturn: async (_, input, context) => ({
    ...(await partNow(await context.useCases.cancelReturn(context.viewer, input), context)),
    errors: [],
  }),
  shareOrder: async (_, input, context) => {
    const { snapshotId } = await context.useCases.shareOrder(input);
    return { snapshot: await context.loaders.snapshot.load(snapshotId), errors: [] };
  },
  revokeOrderSnapshot: async (_, input, context) => {
    const { snapshotId } = await context.useCases.revokeOrderSnapshot(input);
    context.reload();
    return { snapshot: await context.loaders.snapshot.load(snapshotId), errors: [] };
  },
  requestGuestAccess: async (_, input, context) => ({
    ...(await context.useCases.requestGuestAccess(clientOf(context), input)),
    errors: [],
  }),
  confirmGuestAccess: async (_, input, context) => {
    const { orderId, guestAccess } = await context.useCases.confirmGuestAccess(
      clientOf(context),
      input,
    );
    // Access is granted by the code; the order is not visible in any other way.
    return { order: await context.loaders.order.load(orderId), guestAccess, errors: [] };
  },
  createDiscountCode: async (_, { input }, context) => ({
    discountCode: await context.useCases.createDiscountCode(input),
    errors: [],
  }),
};
