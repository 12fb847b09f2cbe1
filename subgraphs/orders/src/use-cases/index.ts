import { buyNow } from './buy-now.ts';
import { cancelOrder } from './cancel-order.ts';
import { clearCart } from './cart/clear-cart.ts';
import { createCart } from './cart/create-cart.ts';
import { mergeCart } from './cart/merge-cart.ts';
import { setCartLines } from './cart/set-cart-lines.ts';
import { confirmCartPrices } from './checkout/confirm-cart-prices.ts';
import { placeOrder } from './checkout/place-order.ts';
import { updateCheckout } from './checkout/update-checkout.ts';
import { createDiscountCode } from './create-discount-code.ts';
import { completePayment } from './payment/complete-payment.ts';
import { confirmTestPayment } from './payment/confirm-test-payment.ts';
import { payOrder } from './payment/pay-order.ts';

/** Those of anybody are told who asks, if anybody is signed in. */
export const useCases = {
  ofViewer: { buyNow, createDiscountCode, mergeCart },
  ofAnybody: {
    cancelOrder,
    clearCart,
    completePayment,
    confirmCartPrices,
    confirmTestPayment,
    createCart,
    payOrder,
    placeOrder,
    setCartLines,
    updateCheckout,
  },
};
