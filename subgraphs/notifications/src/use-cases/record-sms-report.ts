import type { NotificationsDeps } from './deps.ts';

/** The carrier's final report about a text message. */
export interface SmsReport {
  smsId: string;
  became: 'DELIVERED' | 'BOUNCED' | 'FAILED';
  providerId: string | null;
  error: string | null;
  /** Set if the number is the problem, and will remain so. */
  number: 'BOUNCED' | 'COMPLAINED' | null;
}

const REASONS = { DELIVERED: null, BOUNCED: 'BOUNCED', FAILED: 'PROVIDER_REFUSED' } as const;

/**
 * Records what happened to a text message, and to its notice. The report may arrive before the sender has
 * recorded that it was sent, or after it has given up for want of an answer; then the report stays.
 */
export const recordSmsReport = (
  { transaction, clock }: Pick<NotificationsDeps, 'transaction' | 'clock'>,
  { smsId, became, providerId, error, number }: SmsReport,
): Promise<void> =>
  transaction(async ({ texts, deliveries, smsNumbers }) => {
    const at = clock();
    const reported = await texts.report(smsId, { status: became, error, at });
    if (!reported) return;
    const { userId, notificationId, toNumber, was } = reported;
    if (number && toNumber !== null) await smsNumbers.markRefused(userId, toNumber, number);
    if (notificationId === null) return;
    const outcome = { status: became, reason: REASONS[became], at, providerId } as const;
    if (was !== 'PENDING') {
      return deliveries.reported({ userId, notificationId, providerId, was }, outcome);
    }
    const which = { userId, channel: 'SMS', notificationIds: [notificationId] } as const;
    return deliveries.settle(which, outcome);
  });
