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
import { confirmGuestAccess, requestGuestAccess } from './recover-guest-access.ts';
import { fulfilOrder } from './selling/fulfil-order.ts';
import { refundOrder } from './selling/refund-order.ts';
import { cancelReturn, decideReturn, receiveReturn, requestReturn } from './selling/returns.ts';
import { updateShipment } from './selling/update-shipment.ts';
import { revokeOrderSnapshot, shareOrder } from './share-order.ts';

/** Those for anybody get the viewer, if there is one. */
export const useCases = {
  ofViewer: {
    buyNow,
    createDiscountCode,
    decideReturn,
    fulfilOrder,
    mergeCart,
    receiveReturn,
    refundOrder,
    revokeOrderSnapshot,
    shareOrder,
    updateShipment,
  },
  ofAnybody: {
    cancelOrder,
    cancelReturn,
    clearCart,
    completePayment,
    confirmCartPrices,
    confirmGuestAccess,
    confirmTestPayment,
    createCart,
    payOrder,
    placeOrder,
    requestGuestAccess,
    requestReturn,
    setCartLines,
    updateCheckout,
  },
};
