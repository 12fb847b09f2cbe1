import { createTransport } from 'nodemailer';
import { MAILS_AT_ONCE, MailRefused, type MailTransport } from './mail-transport.ts';

/**
 * Milliseconds. A server that answers each of the eight commands of a mail at the last moment takes 260 seconds:
 * below the time that a mail is claimed for (`send-email.ts`).
 */
const CONNECT_MS = 10_000;
const GREETING_MS = 10_000;
const SILENCE_MS = 30_000;

/** Sends by SMTP, over a few connections that stay open. */
export function createSmtpTransport(smtpUrl: string): MailTransport {
  const smtp = createTransport({
    url: smtpUrl,
    pool: true,
    // As many as mails are sent at once, so that none waits for another's.
    maxConnections: MAILS_AT_ONCE,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SILENCE_MS,
    // Texts come from us alone; nothing in them may make this process open files or URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ messageId, from, to, subject, text, html, unsubscribeUrl }) => {
      try {
        const { response } = await smtp.sendMail({
          messageId,
          from,
          to: { name: '', address: to },
          ...{ subject, text, html },
          ...(unsubscribeUrl ? { headers: oneClick(unsubscribeUrl) } : {}),
        });
        return { providerId: response ?? null };
      } catch (error) {
        throw isFinal(error) ? new MailRefused((error as Error).message, { cause: error }) : error;
      }
    },
    close: async () => smtp.close(),
  };
}

const oneClick = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

/** 5xx is SMTP's word for "do not try again"; about our own credentials it says nothing of the mail. */
function isFinal(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
}
