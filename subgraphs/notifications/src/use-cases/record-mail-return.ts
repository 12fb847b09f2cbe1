import { isIdOf } from '@souk/runtime/domain';
import type { NotificationsDeps } from './deps.ts';

/** A mail that bounced, or that its reader reported as unwanted. */
export interface MailReturn {
  /** The Message-ID with which it was sent, which begins with the id of the mail. */
  messageId: string;
  type: 'BOUNCED' | 'COMPLAINED';
  detail: string;
}

/**
 * Records the bounce or report of a mail, and of the notices in it. From then on its address gets only what
 * its owner asks for, until an address is confirmed again. The report may arrive before the sender has recorded
 * that the mail was sent; then the sender ends the mail and its notices with it.
 */
export const recordMailReturn = (
  { transaction, clock }: Pick<NotificationsDeps, 'transaction' | 'clock'>,
  { messageId, type, detail }: MailReturn,
): Promise<void> =>
  transaction(async ({ emails, deliveries, people }) => {
    const id = messageId.replace(/^</, '').split('@')[0] ?? '';
    const at = clock();
    const returned = { as: type, why: detail, at };
    const mail = isIdOf('eml', id) ? await emails.markReturned(id, returned) : null;
    if (!mail) return;
    await deliveries.returned(id, { status: type, reason: type, at });
    const { userId, toAddress: address } = mail;
    if (userId !== null) await people.refuseAddress({ userId, address }, type, at);
  });
