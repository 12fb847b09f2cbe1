import { notFound } from '@souk/runtime/domain';
import { TEST_PROVIDER } from '../../payments/test-provider.ts';
import type { OrdersDeps } from '../deps.ts';
import { receiveMessage } from './receive-message.ts';

export interface ConfirmTestPaymentInput {
  clientSecret: string;
  approve: boolean;
}

/**
 * What the page of a bank does for a real provider: the buyer confirms a test payment, or refuses to.
 * The provider notifies orders by a signed message, as it would over HTTP.
 */
export async function confirmTestPayment(
  deps: OrdersDeps,
  { clientSecret, approve }: ConfirmTestPaymentInput,
): Promise<void> {
  const message = await deps.testProvider?.confirm(clientSecret, approve);
  if (!message) throw notFound('Payment', ['clientSecret']);
  await receiveMessage(deps, TEST_PROVIDER, message);
}
