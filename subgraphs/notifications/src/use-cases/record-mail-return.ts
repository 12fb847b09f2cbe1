import { isIdOf } from '@souk/runtime/domain';
import type { NotificationsDeps } from './deps.ts';

/** A mail that came back, or that its reader reported as unwanted. */
export interface MailReturn {
  /** The Message-ID under which it went, which begins with the id of the mail. */
  messageId: string;
  type: 'BOUNCED' | 'COMPLAINED';
  detail: string;
}

/**
 * Writes down what came back of a mail, with the notices that went in it. Nothing goes to its address
 * any more but what its owner asks for, until an address is confirmed anew.
 */
export const recordMailReturn = (
  { transaction, clock }: Pick<NotificationsDeps, 'transaction' | 'clock'>,
  { messageId, type, detail }: MailReturn,
): Promise<void> =>
  transaction(async ({ emails, deliveries, people }) => {
    const id = messageId.replace(/^</, '').split('@')[0] ?? '';
    const mail = isIdOf('eml', id) ? await emails.markReturned(id, type, detail) : null;
    if (!mail) return;
    const at = clock();
    await deliveries.returned(id, { status: type, reason: type, at });
    const { userId, toAddress: address } = mail;
    if (userId !== null) await people.refuseAddress({ userId, address }, type, at);
  });
