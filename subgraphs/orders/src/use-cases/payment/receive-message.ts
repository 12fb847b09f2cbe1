import { reasonOf } from '@souk/runtime/persistence';
import { warnCounted } from '@souk/runtime/process';
import type { SignedMessage } from '../../payments/payment-provider.ts';
import type { OrdersDeps } from '../deps.ts';
import { advancePayment } from './advance-payment.ts';
import { checkRefund } from './advance-refund.ts';
import { recordAnswer } from './record-answer.ts';

/** The result of a message: accepted, not from the provider, or about something that is not known yet. */
export type MessageOutcome = 'TAKEN' | 'REFUSED' | 'UNKNOWN';

/**
 * Accepts a message of a payment provider. It is only a hint that something happened; the provider is asked
 * what, so messages may come twice, late and in any order. A message about a payment whose beginning is not
 * stored yet has to be sent again.
 */
export async function receiveMessage(
  deps: OrdersDeps,
  providerName: string,
  message: SignedMessage,
): Promise<MessageOutcome> {
  const { payments, reads, logger } = deps;
  const provider = payments.find(providerName);
  if (!provider) return 'REFUSED';
  const news = await provider.read(message).catch((err: unknown) => {
    warnCounted(logger, `a message that ${providerName} did not sign`, { reason: reasonOf(err) });
    return 'REFUSED' as const;
  });
  if (news === 'REFUSED') return 'REFUSED';
  if (news === null) return 'TAKEN';
  if ('refundKey' in news) {
    await checkRefund(deps, news.refundKey);
    return 'TAKEN';
  }
  const payment = await reads.payments.findByReference(providerName, news.reference);
  if (!payment) return ofNothingKnown(deps, news.paymentId);
  await recordAnswer(deps, payment.id, await provider.find(news.reference));
  await advancePayment(deps, payment.id, { dueOnly: true });
  return 'TAKEN';
}

/**
 * A message about a payment whose beginning is not stored yet has to be repeated. One about a payment of
 * somebody else who shares the account would be repeated forever.
 */
async function ofNothingKnown(
  { reads }: Pick<OrdersDeps, 'reads'>,
  paymentId: string | undefined,
): Promise<MessageOutcome> {
  if (paymentId === undefined) return 'UNKNOWN';
  const [known] = await reads.payments.findMany([paymentId]);
  return known ? 'UNKNOWN' : 'TAKEN';
}
