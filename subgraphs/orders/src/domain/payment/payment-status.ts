export const PAYMENT_STATUSES = [
  'PENDING',
  'ACTION_REQUIRED',
  'AUTHORIZED',
  'CAPTURED',
  'FAILED',
  'VOIDED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * The life cycle of a payment: from each state, the possible next ones. Anything a provider reports twice,
 * late or out of order leads to no other state, and changes nothing.
 */
export const NEXT_PAYMENT_STATUSES: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['ACTION_REQUIRED', 'AUTHORIZED', 'CAPTURED', 'FAILED', 'VOIDED'],
  ACTION_REQUIRED: ['AUTHORIZED', 'CAPTURED', 'FAILED', 'VOIDED'],
  AUTHORIZED: ['CAPTURED', 'FAILED', 'VOIDED'],
  CAPTURED: ['PARTIALLY_REFUNDED', 'REFUNDED'],
  PARTIALLY_REFUNDED: ['REFUNDED'],
  // Money that was believed lost but arrived after all: a transfer that took a week.
  FAILED: ['CAPTURED'],
  VOIDED: ['CAPTURED'],
  REFUNDED: [],
};

export const canPaymentBecome = (from: PaymentStatus, to: PaymentStatus): boolean =>
  NEXT_PAYMENT_STATUSES[from].includes(to);

/** The state of an order's money. */
export type OrderPaymentStatus =
  | 'UNPAID'
  | 'ACTION_REQUIRED'
  | 'AUTHORIZED'
  | 'PAID'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED'
  | 'FAILED';

const OF_ONE: Readonly<Record<PaymentStatus, OrderPaymentStatus>> = {
  PENDING: 'UNPAID',
  ACTION_REQUIRED: 'ACTION_REQUIRED',
  AUTHORIZED: 'AUTHORIZED',
  CAPTURED: 'PAID',
  FAILED: 'FAILED',
  VOIDED: 'UNPAID',
  PARTIALLY_REFUNDED: 'PARTIALLY_REFUNDED',
  REFUNDED: 'REFUNDED',
};

/**
 * The overall state of an order's payments, oldest first: of the one that is furthest, otherwise of the last.
 */
export function orderPaymentStatus(payments: readonly PaymentStatus[]): OrderPaymentStatus {
  const furthest =
    payments.find((status) => status === 'CAPTURED' || status === 'PARTIALLY_REFUNDED') ??
    payments.find((status) => status === 'REFUNDED') ??
    payments.find((status) => status === 'AUTHORIZED') ??
    payments.findLast((status) => status === 'ACTION_REQUIRED') ??
    payments.at(-1);
  return furthest === undefined ? 'UNPAID' : OF_ONE[furthest];
}
