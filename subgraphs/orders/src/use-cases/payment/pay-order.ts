import { isIdOf } from '@souk/runtime/domain';
import {
  illegalTransition,
  orderNotFound,
  paymentInProgress,
  tooManyPayments,
} from '../../domain/errors.ts';
import { NEXT_STATUSES, waitsForMoney } from '../../domain/order-status.ts';
import { countPayment } from '../count-orders.ts';
import type { Client, OrdersDeps } from '../deps.ts';
import { isBuyer, scopeOfGuest } from '../guest-access.ts';
import { advancePayment } from './advance-payment.ts';
import { beginPayment, methodOf } from './begin-payment.ts';

export interface PayOrderInput {
  orderId: string;
  guestToken?: string | null;
  paymentMethodCode: string;
  returnUrl?: string | null;
  idempotencyKey: string;
}

/** After this many attempts at one order, further ones will not succeed either. */
export const MOST_PAYMENTS = 10;

/**
 * Begins to pay an order. An earlier attempt that is still pending may yet succeed: whichever is captured
 * first pays, and the others are cancelled.
 */
export async function payOrder(
  deps: OrdersDeps,
  client: Client,
  input: PayOrderInput,
): Promise<{ orderId: string; paymentId: string; replayed: boolean }> {
  const { viewer } = client;
  const { orderId, guestToken, paymentMethodCode, returnUrl } = input;
  await countPayment(deps, client);
  const { result, replayed } = await deps.transaction((stores) =>
    stores.idempotency.once(
      {
        scope: `payOrder:${viewer?.userId ?? scopeOfGuest(guestToken)}`,
        key: input.idempotencyKey,
        input,
      },
      async () => {
        const path = ['input', 'orderId'];
        const order = isIdOf('ord', orderId) ? await stores.orders.lock(orderId) : null;
        if (!order || !(await isBuyer(stores, { viewer, guestToken }, order, deps.clock()))) {
          throw orderNotFound(path);
        }
        const chosen = methodOf(deps, paymentMethodCode, order.currency);
        if (!waitsForMoney(order.status) || order.totalMinor === 0) {
          throw illegalTransition(order.status, 'PAID', NEXT_STATUSES[order.status]);
        }
        const known = await stores.payments.ofOrders([order.id]);
        const isAsked = known.some(
          ({ captureAskedAt, status }) => captureAskedAt !== null && status === 'AUTHORIZED',
        );
        if (isAsked) throw paymentInProgress(path);
        if (known.length >= MOST_PAYMENTS) throw tooManyPayments(path);
        const paymentId = await beginPayment(deps, stores, order, {
          ...chosen,
          returnUrl: returnUrl ?? null,
        });
        return { orderId, paymentId };
      },
    ),
  );
  if (!replayed) await advancePayment(deps, result.paymentId);
  return { ...result, replayed };
}
