import { enqueueMail } from '../mail/queue.ts';
import { requestMail } from '../use-cases/request-mail.ts';
import { type ConsumerDeps, notificationsConsumer } from './consumer-deps.ts';

/** One mail for each event, by a unique key in the outbox. Demo people get none. */
export const welcomeByMail = (deps: ConsumerDeps) =>
  notificationsConsumer({
    name: 'welcome-by-mail',
    consumes: 'users.UserRegistered',
    handle: async ({ event, eventId: sourceId }, stores) => {
      if (event.silent) return;
      const { userId, email: toAddress, emailVerification } = event;
      const parameters = { ...emailVerification, welcome: true };
      const content = { template: 'CONFIRM_ADDRESS' as const, parameters };
      await requestMail(deps, stores, { userId, toAddress, content, sourceId });
    },
  });

export const confirmAddressByMail = (deps: ConsumerDeps) =>
  notificationsConsumer({
    name: 'confirm-address-by-mail',
    consumes: 'users.EmailVerificationRequested',
    handle: async ({ event, eventId: sourceId }, stores) => {
      const { userId, email: toAddress, emailVerification } = event;
      const parameters = { ...emailVerification, welcome: false };
      const content = { template: 'CONFIRM_ADDRESS' as const, parameters };
      await requestMail(deps, stores, { userId, toAddress, content, sourceId });
    },
  });

/** The mail is committed when this event comes. A repeat within the round is dropped by the queue. */
export const queueMail = ({ jobs }: ConsumerDeps) =>
  notificationsConsumer({
    name: 'queue-mail',
    consumes: 'notifications.MailRequested',
    handle: ({ event: { emailId } }) => enqueueMail(jobs, [{ id: emailId, round: 1 }]),
  });
