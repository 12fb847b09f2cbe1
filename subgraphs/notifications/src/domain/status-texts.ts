import type { NoticeText } from './notice-words.ts';

const named = <Text extends NoticeText>(texts: Readonly<Record<string, Text>>, word: string) =>
  Object.hasOwn(texts, word) ? (texts[word] as Text) : null;

/** The text for a buyer about a step of an order; null for one without a notice. */
export const orderText = (status: string): NoticeText | null =>
  named(
    {
      RESERVED: 'ORDER_RESERVED',
      REJECTED: 'ORDER_REJECTED',
      PAID: 'ORDER_PAID',
      COMPLETED: 'ORDER_COMPLETED',
      CANCELLED: 'ORDER_CANCELLED',
    },
    status,
  );

/**
 * The text for a buyer about a parcel: it is sent once and arrives once, whatever other changes it has.
 *
 * @param from its status before; absent for a new one
 */
export function parcelText(status: string, from: string = 'LABEL_CREATED'): NoticeText | null {
  if (from === status || from === 'DELIVERED') return null;
  if (status === 'DELIVERED') return 'PARCEL_DELIVERED';
  return status === 'IN_TRANSIT' && from === 'LABEL_CREATED' ? 'PARCEL_SENT' : null;
}

/** What a buyer reads about something they send back. */
export const returnText = (status: string): NoticeText | null =>
  named(
    { APPROVED: 'RETURN_APPROVED', DECLINED: 'RETURN_REJECTED', RECEIVED: 'RETURN_RECEIVED' },
    status,
  );

/** What a seller's people read about money for them. */
export const payoutText = (status: string): NoticeText | null =>
  named({ SCHEDULED: 'PAYOUT_SENT', PAID: 'PAYOUT_PAID', FAILED: 'PAYOUT_FAILED' }, status);
