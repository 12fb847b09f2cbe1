import type { NotificationsDeps } from './deps.ts';

/** What the carrier says of a text message at last. */
export interface SmsReport {
  smsId: string;
  became: 'DELIVERED' | 'BOUNCED' | 'FAILED';
  providerId: string | null;
  error: string | null;
  /** Where the number is the trouble, and will be. */
  number: 'BOUNCED' | 'COMPLAINED' | null;
}

const REASONS = { DELIVERED: null, BOUNCED: 'BOUNCED', FAILED: 'PROVIDER_REFUSED' } as const;

/**
 * Writes down what became of a text message, with the notice that went in it. It may come before whoever sent it has
 * written down that it went: then this is what stays.
 */
export const recordSmsReport = (
  { transaction, clock }: Pick<NotificationsDeps, 'transaction' | 'clock'>,
  { smsId, became, providerId, error, number }: SmsReport,
): Promise<void> =>
  transaction(async ({ texts, deliveries, smsNumbers }) => {
    const at = clock();
    const reported = await texts.report(smsId, { status: became, error, at });
    if (!reported) return;
    const { userId, notificationId, toNumber, wasSent } = reported;
    if (number && toNumber !== null) await smsNumbers.markRefused(userId, toNumber, number);
    if (notificationId === null) return;
    const outcome = { status: became, reason: REASONS[became], at, providerId } as const;
    if (wasSent) return deliveries.reported({ userId, notificationId, providerId }, outcome);
    const which = { userId, channel: 'SMS', notificationIds: [notificationId] } as const;
    return deliveries.settle(which, outcome);
  });
