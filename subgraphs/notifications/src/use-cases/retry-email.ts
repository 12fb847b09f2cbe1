import { isIdOf, notFound } from '@souk/runtime/domain';
import type { Actor, NotificationsDeps } from './deps.ts';

/** Retries a mail that was given up, with everything that waited for it. */
export const retryEmail = (
  { transaction, clock }: NotificationsDeps,
  _: Actor,
  id: string,
): Promise<void> =>
  transaction(async ({ emails, deliveries, events }) => {
    const isTried = isIdOf('eml', id) && (await emails.retry(id, clock()));
    if (!isTried) throw notFound('EmailMessage', ['emailMessageId']);
    await deliveries.reopen(id);
    await events.append({
      type: 'notifications.MailRequested',
      stream: 'mail',
      payload: { emailId: id },
    });
  });
