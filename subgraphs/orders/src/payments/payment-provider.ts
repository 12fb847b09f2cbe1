import type { PaymentMethod, ProviderAnswer } from '../domain/payment/payment.ts';

/** The request that begins a payment. `key` makes a repeat return the first answer. */
export interface PaymentRequest {
  key: string;
  methodCode: string;
  amountMinor: number;
  currency: string;
  /** Where the client's browser returns to. */
  returnUrl: string | null;
  /** The description in the provider's own records. */
  orderNumber: string;
}

/** An amount to be captured or refunded. */
export interface ProviderAmount {
  key: string;
  reference: string;
  amountMinor: number;
  currency: string;
}

/** What a provider's message is about; its signature has proved the sender. */
export type ProviderNews =
  | {
      reference: string;
      /** Our id of the payment, if the provider stores that. */
      paymentId?: string;
    }
  /** For a refund: the key with which it was requested. */
  | { refundKey: string };

/** The state of a refund: some providers take days, and then find that they cannot pay it. */
export type RefundAnswer = 'DONE' | 'PENDING' | 'FAILED';

/** A message as it was received over HTTP. */
export interface SignedMessage {
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

/**
 * A provider that takes money from buyers. A refusal is an answer (`FAILED`); a missing answer is thrown, and
 * the request is repeated later with the same key.
 */
export interface PaymentProvider {
  readonly name: string;
  /** The payment methods for a currency. */
  methods(currency: string): readonly PaymentMethod[];
  /** Reserves the money; `capture` takes it. */
  begin(request: PaymentRequest): Promise<ProviderAnswer>;
  find(reference: string): Promise<ProviderAnswer>;
  capture(amount: ProviderAmount): Promise<ProviderAnswer>;
  /** Releases reserved money. Returns `CAPTURED` if it was taken before. */
  release(given: { key: string; reference: string }): Promise<ProviderAnswer>;
  /** Refunds once per key, and returns the state for a repeat. */
  refund(amount: ProviderAmount): Promise<RefundAnswer>;
  /** The state of a refund; null for a key that was never used. Changes nothing. */
  findRefund(given: { key: string; reference: string }): Promise<RefundAnswer | null>;
  /** The content of a message; throws when it is not from this provider. */
  read(message: SignedMessage): Promise<ProviderNews | null>;
}
