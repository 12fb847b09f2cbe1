import { cancelOrder } from './cancel-order.ts';
import { clearCart } from './cart/clear-cart.ts';
import { createCart } from './cart/create-cart.ts';
import { mergeCart } from './cart/merge-cart.ts';
import { setCartLines } from './cart/set-cart-lines.ts';
import { placeOrder } from './place-order.ts';

/** Those of anybody are told who asks, if anybody is signed in. */
export const useCases = {
  ofViewer: { cancelOrder, mergeCart, placeOrder },
  ofAnybody: { clearCart, createCart, setCartLines },
};
