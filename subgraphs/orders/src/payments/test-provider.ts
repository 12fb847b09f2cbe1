import { randomUUID } from 'node:crypto';
import type { Clock } from '@souk/runtime/domain';
import { digestOf } from '@souk/runtime/domain';
import { Webhook } from 'standardwebhooks';
import type { PaymentMethod, ProviderAnswer } from '../domain/payment/payment.ts';
import type { StoredTestPayment, TestPaymentStore } from '../persistence/test-payment-store.ts';
import type { PaymentProvider, SignedMessage } from './payment-provider.ts';

export const TEST_PROVIDER = 'test';

/** What each way to pay does, by its code. */
const METHODS: readonly PaymentMethod[] = [
  ['test_card', 'Test card'],
  ['test_card_challenge', 'Test card that asks for a confirmation'],
  ['test_card_declined', 'Test card that is declined'],
  ['test_card_insufficient_funds', 'Test card without money'],
  ['test_transfer', 'Test transfer, which takes a while'],
  ['test_transfer_short', 'Test transfer of too little'],
].map(([code, label]) => ({
  code: code as string,
  label: label as string,
  kind: 'TEST',
  iconUrl: null,
}));

const FAILURES: Readonly<Record<string, ProviderAnswer['failure']>> = {
  test_card_declined: { code: 'card_declined', message: 'The card was declined.' },
  test_card_insufficient_funds: {
    code: 'insufficient_funds',
    message: 'There is not enough money on the card.',
  },
};
const REFUSED = { code: 'authentication_failed', message: 'The payment was not confirmed.' };
const ACTION_MS = 30 * 60_000;

/** The work of the provider's own server, each a transaction of its own. */
export type OnTestPayments = <Result>(
  work: (store: TestPaymentStore) => Promise<Result>,
) => Promise<Result>;

export interface TestProvider extends PaymentProvider {
  /**
   * What the page of a bank would do: its customer confirms a payment, or refuses to. Gives the message
   * that the provider sends about it; null when no payment has this secret.
   */
  confirm(clientSecret: string, isApproved: boolean): Promise<SignedMessage | null>;
}

/**
 * A provider of payments that moves no money and otherwise behaves as a real one: it keeps its own
 * books, sets aside, takes and gives back, declines, asks for confirmations, carries out one key once,
 * and sends messages signed by Standard Webhooks.
 */
export function createTestProvider(
  on: OnTestPayments,
  { clock, messageSecret }: { clock: Clock; messageSecret: string },
): TestProvider {
  const webhook = new Webhook(messageSecret);
  const change = (
    reference: string,
    next: (payment: StoredTestPayment) => Partial<StoredTestPayment>,
  ) =>
    on(async (store) => {
      const payment = await store.lock(reference);
      if (!payment) throw new Error('The test provider knows no such payment.');
      const changed = { ...payment, ...next(payment) };
      await store.save(changed);
      return answerOf(changed);
    });
  return {
    name: TEST_PROVIDER,
    methods: () => METHODS,
    begin: ({ key, methodCode, amountMinor, currency, returnUrl }) =>
      on(async (store) => {
        const reference = `test_${digestOf(key).slice(0, 24)}`;
        await store.insert({
          reference,
          secret: `test_secret_${randomUUID()}`,
          methodCode,
          currency,
          amountMinor,
          status: firstStatus(methodCode),
          capturedMinor: 0,
          refundedMinor: 0,
          failureCode: FAILURES[methodCode]?.code ?? null,
          returnUrl,
          keys: [],
          createdAt: clock(),
        });
        const payment = await store.lock(reference);
        if (!payment) throw new Error('The test provider lost a payment.');
        return answerOf(payment);
      }),
    find: (reference) => change(reference, () => ({})),
    capture: ({ reference, amountMinor }) =>
      change(reference, ({ status }) =>
        status === 'AUTHORIZED' ? { status: 'CAPTURED', capturedMinor: amountMinor } : {},
      ),
    release: ({ reference }) =>
      change(reference, ({ status }) =>
        status === 'AUTHORIZED' || status === 'ACTION_REQUIRED' ? { status: 'VOIDED' } : {},
      ),
    refund: async ({ key, reference, amountMinor }) => {
      await change(reference, ({ keys, capturedMinor, refundedMinor }) => {
        if (keys.includes(key)) return {};
        if (refundedMinor + amountMinor > capturedMinor) {
          throw new Error('The test provider was asked to give back more than it took.');
        }
        return { keys: [...keys, key], refundedMinor: refundedMinor + amountMinor };
      });
      return 'DONE';
    },
    findRefund: ({ key, reference }) =>
      on(async (store) => ((await store.lock(reference))?.keys.includes(key) ? 'DONE' : null)),
    read: async ({ headers, body }) => {
      const { reference } = webhook.verify(body, definedOf(headers)) as { reference: string };
      return { reference };
    },
    confirm: (clientSecret, isApproved) =>
      on(async (store) => {
        const payment = await store.lockBySecret(clientSecret);
        if (!payment) return null;
        await store.save({ ...payment, ...confirmed(payment, isApproved) });
        const id = `msg_${randomUUID()}`;
        const body = JSON.stringify({ id, reference: payment.reference });
        const at = clock();
        return {
          body,
          headers: {
            'webhook-id': id,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
            'webhook-signature': webhook.sign(id, at, body),
          },
        };
      }),
  };

  function answerOf(payment: StoredTestPayment): ProviderAnswer {
    const { reference, status, failureCode, secret, returnUrl } = payment;
    const failure = failureOf(failureCode);
    const action = {
      kind: returnUrl === null ? ('CONFIRM' as const) : ('REDIRECT' as const),
      // There is no bank: the shop's own page asks for the confirmation.
      url: returnUrl && withSecret(returnUrl, secret),
      clientSecret: secret,
      expiresAt: new Date(clock().getTime() + ACTION_MS).toISOString(),
    };
    return {
      reference,
      status,
      ...(status === 'AUTHORIZED' && { heldMinor: payment.amountMinor }),
      ...(status === 'CAPTURED' && { heldMinor: payment.capturedMinor }),
      ...(status === 'FAILED' && { failure }),
      ...(status === 'ACTION_REQUIRED' && { action }),
    };
  }
}

function firstStatus(methodCode: string): StoredTestPayment['status'] {
  if (FAILURES[methodCode]) return 'FAILED';
  return methodCode === 'test_card' ? 'AUTHORIZED' : 'ACTION_REQUIRED';
}

function confirmed(
  { status, methodCode, amountMinor }: StoredTestPayment,
  isApproved: boolean,
): Partial<StoredTestPayment> {
  // A transfer arrives when it arrives, also when nobody waits for it any more.
  const isTransfer = methodCode === 'test_transfer' || methodCode === 'test_transfer_short';
  if (isTransfer && isApproved && status !== 'CAPTURED') {
    const isShort = methodCode === 'test_transfer_short';
    return { status: 'CAPTURED', capturedMinor: isShort ? amountMinor - 1 : amountMinor };
  }
  if (status !== 'ACTION_REQUIRED') return {};
  return isApproved ? { status: 'AUTHORIZED' } : { status: 'FAILED', failureCode: REFUSED.code };
}

const failureOf = (code: string | null): ProviderAnswer['failure'] =>
  Object.values(FAILURES).find((failure) => failure?.code === code) ?? REFUSED;

function withSecret(returnUrl: string, secret: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment_secret', secret);
  return url.href;
}

const definedOf = (headers: SignedMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
