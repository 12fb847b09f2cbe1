import { MAIL_QUEUE } from '@souk/runtime/events';
import { enqueueRows } from '../outbox/sweep-outbox.ts';
import { requestMail } from '../use-cases/request-mail.ts';
import { type ConsumerDeps, notificationsConsumer } from './consumer-deps.ts';

/** One mail for each event, by a unique key in the outbox. */
export const mailCode = (deps: ConsumerDeps) =>
  notificationsConsumer({
    name: 'mail-code',
    consumes: 'users.EmailCodeRequested',
    handle: async ({ event: { email: toAddress, ...parameters }, eventId: sourceId }, stores) => {
      const { purpose, code, expiresAt } = parameters;
      const mail = { userId: null, toAddress, sourceId };
      if (code !== null) {
        const content = { template: 'CODE', parameters: { purpose, code, expiresAt } } as const;
        await requestMail(deps, stores, { ...mail, content });
      } else if (purpose === 'REGISTRATION') {
        const content = { template: 'HAS_ACCOUNT', parameters: {} } as const;
        await requestMail(deps, stores, { ...mail, content });
      }
      // Attempts with addresses that have no account must not make us write to them.
    },
  });

/** Only to the guest's own address, which orders has compared. */
export const mailGuestCode = (deps: ConsumerDeps) =>
  notificationsConsumer({
    name: 'mail-guest-code',
    consumes: 'orders.GuestCodeRequested',
    handle: async ({ event: { email: toAddress, code, expiresAt }, eventId: sourceId }, stores) => {
      if (code === null) return;
      const parameters = { purpose: 'GUEST_ORDER', code, expiresAt } as const;
      const content = { template: 'CODE', parameters } as const;
      await requestMail(deps, stores, { userId: null, toAddress, sourceId, content });
    },
  });

export const mailSecurityNotice = (deps: ConsumerDeps) =>
  notificationsConsumer({
    name: 'mail-security-notice',
    consumes: 'users.SecurityChanged',
    handle: async ({ event, eventId: sourceId }, stores) => {
      const { userId, email: toAddress, change } = event;
      const content = { template: 'SECURITY_NOTICE', parameters: { change } } as const;
      await requestMail(deps, stores, { userId, toAddress, content, sourceId });
    },
  });

/** The mail is committed when this event arrives. The queue drops a repeat within the same round. */
export const queueMail = ({ jobs }: ConsumerDeps) =>
  notificationsConsumer({
    name: 'queue-mail',
    consumes: 'notifications.MailRequested',
    handle: ({ event: { emailId } }) => enqueueRows(jobs, MAIL_QUEUE, [{ id: emailId, round: 1 }]),
  });
