import type { Logger } from '@souk/runtime';
import type { MailTransport } from './mail-transport.ts';

/** A mail that would have been sent. */
export interface CaughtMail {
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  sentAt: Date;
}

export interface CaughtMailTransport extends MailTransport {
  /** What was caught, newest first. */
  list(): readonly CaughtMail[];
}

/** Enough to look at; memory stays bounded however many register. */
const KEPT = 200;

/** Keeps mails in this process instead of sending them, for a house without a mail server. */
export function createCaughtMail({ logger }: { logger: Logger }): CaughtMailTransport {
  const caught: CaughtMail[] = [];
  return {
    send: async (mail) => {
      caught.unshift({ ...mail, sentAt: new Date() });
      caught.length = Math.min(caught.length, KEPT);
      const { to, subject, messageId } = mail;
      logger.info({ to, subject, messageId }, 'mail caught');
      return { providerId: null };
    },
    list: () => [...caught],
    close: async () => {},
  };
}
