import type { PaymentMethod, ProviderAnswer } from '../domain/payment/payment.ts';

/** What is asked for when a payment begins. `key` makes a repeat give the first answer. */
export interface PaymentRequest {
  key: string;
  methodCode: string;
  amountMinor: number;
  currency: string;
  /** Where the client's browser goes back to. */
  returnUrl: string | null;
  /** What the provider's own books say of it. */
  orderNumber: string;
}

/** An amount to be taken or given back. */
export interface ProviderAmount {
  key: string;
  reference: string;
  amountMinor: number;
  currency: string;
}

/** What a provider's message is about; who it is from was checked by its signature. */
export type ProviderNews =
  | {
      reference: string;
      /** Whose it is with us, where the provider keeps that. */
      paymentId?: string;
    }
  /** Of money that goes back: the key it was asked for with. */
  | { refundKey: string };

/** How money stands that is to go back: some providers take days, and find then that they cannot. */
export type RefundAnswer = 'DONE' | 'PENDING' | 'FAILED';

/** A message as it came over HTTP. */
export interface SignedMessage {
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

/**
 * Somebody who takes money from buyers. What a provider refuses is an answer (`FAILED`); what it does
 * not answer is thrown, and asked again later with the same key.
 */
export interface PaymentProvider {
  readonly name: string;
  /** The ways to pay in a currency. */
  methods(currency: string): readonly PaymentMethod[];
  /** Sets the money aside; it is taken by `capture`. */
  begin(request: PaymentRequest): Promise<ProviderAnswer>;
  find(reference: string): Promise<ProviderAnswer>;
  capture(amount: ProviderAmount): Promise<ProviderAnswer>;
  /** Lets go of what was set aside. Gives `CAPTURED` when it was taken before. */
  release(given: { key: string; reference: string }): Promise<ProviderAnswer>;
  /** Pays back once for one key, and says of a repeat how it stands. */
  refund(amount: ProviderAmount): Promise<RefundAnswer>;
  /** How that stands; null for a key it was never asked with. Changes nothing. */
  findRefund(given: { key: string; reference: string }): Promise<RefundAnswer | null>;
  /** What a message says; throws when it is not from this provider. */
  read(message: SignedMessage): Promise<ProviderNews | null>;
}
