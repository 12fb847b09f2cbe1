import type { Logger } from '@souk/runtime/process';
import { keepMail, keepOnly, readKeptMail } from './kept-mail.ts';
import type { MailTransport } from './mail-transport.ts';

/** A mail that would have been sent. */
export interface CaughtMail {
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  unsubscribeUrl?: string;
  sentAt: Date;
}

export interface CaughtMailTransport extends MailTransport {
  /** What was caught, newest first. */
  list(): readonly CaughtMail[];
}

/** Enough to look at; memory stays bounded however many register. */
const KEPT = 200;

export interface CaughtMailOptions {
  readonly logger: Logger;
  /** Keeps them over restarts; without it they end with this process. */
  readonly file?: string;
}

/** Keeps mails instead of sending them, for an installation without a mail server. */
export const createCaughtMail = ({ logger }: { logger: Logger }): CaughtMailTransport =>
  catching([], { logger });

/** Keeps mails instead of sending them, beginning with what was caught before this process. */
export async function openCaughtMail(options: Required<CaughtMailOptions>) {
  const kept = (await readKeptMail(options.file)).slice(-KEPT);
  await keepOnly(options.file, kept);
  return catching(kept.reverse(), options);
}

function catching(caught: CaughtMail[], { logger, file }: CaughtMailOptions): CaughtMailTransport {
  return {
    send: async (mail) => {
      const caughtMail = { ...mail, sentAt: new Date() };
      if (file !== undefined) await keepMail(file, caughtMail);
      caught.unshift(caughtMail);
      caught.length = Math.min(caught.length, KEPT);
      const { to, subject, messageId } = mail;
      logger.info({ to, subject, messageId }, 'mail caught');
      return { providerId: null };
    },
    list: () => [...caught],
    close: async () => {},
  };
}
