import type { PaymentStatus } from './payment-status.ts';

export type PaymentMethodKind = 'CARD' | 'WALLET' | 'BANK_TRANSFER' | 'INVOICE' | 'TEST';

/** A way to pay that a provider offers. */
export interface PaymentMethod {
  code: string;
  label: string;
  kind: PaymentMethodKind;
  iconUrl: string | null;
}

/** What the client has to do before the payment continues. */
export interface PaymentAction {
  kind: 'REDIRECT' | 'CONFIRM';
  url: string | null;
  clientSecret: string | null;
  expiresAt: string | null;
}

/** Money on its way from a buyer, at one provider. */
export interface Payment {
  id: string;
  orderId: string;
  provider: string;
  reference: string | null;
  methodCode: string;
  methodKind: PaymentMethodKind;
  methodLabel: string;
  status: PaymentStatus;
  currency: string;
  amountMinor: number;
  /** The amount that the provider says it holds or has captured; null before it has said so. */
  heldMinor: number | null;
  refundedMinor: number;
  failureCode: string | null;
  failureReason: string | null;
  action: PaymentAction | null;
  returnUrl: string | null;
  captureAskedAt: Date | null;
  nextCallAt: Date | null;
  attempts: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What a provider says of a payment. */
export interface ProviderAnswer {
  reference: string;
  status: Extract<
    PaymentStatus,
    'ACTION_REQUIRED' | 'AUTHORIZED' | 'CAPTURED' | 'FAILED' | 'VOIDED'
  >;
  /** The amount that is authorized or captured, in the payment's currency. */
  heldMinor?: number | undefined;
  failure?: { code: string; message: string } | undefined;
  action?: PaymentAction | undefined;
}

/** Whether a provider holds exactly the amount to be paid: any other amount pays nothing. */
export const isExact = ({ heldMinor, amountMinor }: Pick<Payment, 'heldMinor' | 'amountMinor'>) =>
  heldMinor === null || heldMinor === amountMinor;

/** Codes of declines after which the same card may succeed later. */
const RETRYABLE = new Set(['insufficient_funds', 'processing_error', 'authentication_failed']);

export const isRetryable = (failureCode: string | null): boolean =>
  failureCode !== null && RETRYABLE.has(failureCode);
