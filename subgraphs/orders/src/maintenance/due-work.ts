import { HOUR_MS } from '@souk/runtime/domain';
import { workThrough } from '@souk/runtime/process';
import type { OrdersDeps } from '../use-cases/deps.ts';
import { expireOrders } from '../use-cases/expire-orders.ts';
import { payOut } from '../use-cases/ledger/pay-out.ts';
import { advancePayment } from '../use-cases/payment/advance-payment.ts';
import { advanceRefund } from '../use-cases/payment/advance-refund.ts';
import type { PeriodicWork } from './keep-working.ts';

/** Somebody waits for the money of an order whose stock was just reserved. */
const SOON_MS = 500;
const NOW_AND_THEN_MS = 30_000;

/** The periodic work of orders' worker. */
export const dueWork = (deps: OrdersDeps): PeriodicWork[] => [
  {
    name: 'call off orders whose time is up',
    everyMs: NOW_AND_THEN_MS,
    work: (stopping) => expireOrders(deps, { stopping }),
  },
  {
    name: 'ask payment providers',
    everyMs: SOON_MS,
    work: (stopping) =>
      workThrough({
        read: (limit) => deps.reads.payments.due(deps.clock(), limit),
        work: (id) => advancePayment(deps, id, { dueOnly: true }),
        stopping,
      }),
  },
  {
    name: 'have payment providers pay back',
    everyMs: SOON_MS,
    work: (stopping) =>
      workThrough({
        read: (limit) => deps.reads.refunds.due(deps.clock(), limit),
        work: (id) => advanceRefund(deps, id),
        stopping,
      }),
  },
  {
    name: 'pay out to sellers',
    everyMs: HOUR_MS,
    work: (stopping) => payOut(deps, { stopping }),
  },
];
