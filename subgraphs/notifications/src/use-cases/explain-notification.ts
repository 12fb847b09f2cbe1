import { isIdOf } from '@souk/runtime/domain';
import { type DeliveryLine, summaryOf } from '../domain/delivery-summary.ts';
import type { LatestDelivery } from '../persistence/delivery-store.ts';
import type { Stores } from '../persistence/stores.ts';
import { languageOf } from './language-of.ts';

/** Why a person was or was not notified of a message. */
export interface Explanation {
  messageId: string;
  notificationId: string | null;
  deliveries: readonly LatestDelivery[];
  summary: string;
}

/** What happened to a message for a person; null if it was not for them, or is too old. */
export async function explainNotification(
  stores: Pick<Stores, 'deliveries' | 'preferences' | 'people'>,
  userId: string,
  messageId: string,
): Promise<Explanation | null> {
  const deliveries = isIdOf('msg', messageId)
    ? await stores.deliveries.ofSource(userId, messageId)
    : [];
  if (deliveries.length === 0) return null;
  const notificationId = deliveries.find((one) => one.notificationId)?.notificationId ?? null;
  const summary = summaryOf(deliveries as DeliveryLine[], await languageOf(stores, userId));
  return { messageId, notificationId, deliveries, summary };
}
