import { createTransport } from 'nodemailer';
import { MailRefused, type MailTransport } from './mail-transport.ts';

/** Milliseconds of silence after which a connection is given up. */
const CONNECT_MS = 10_000;
const GREETING_MS = 10_000;
const SILENCE_MS = 30_000;
/**
 * The overall deadline of a send, since a server that says a little now and then is never silent. It is below
 * the time for which a mail is claimed (`send-email.ts`), so that nobody else takes a mail that is still on
 * its way.
 */
const SEND_MS = 240_000;

const openLine = (smtpUrl: string) =>
  createTransport({
    url: smtpUrl,
    pool: true,
    // One transport per connection, so that a slow one can be cut off without the others.
    maxConnections: 1,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SILENCE_MS,
    // Texts come only from us; nothing in them may make this process open files or URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  });

/** Sends by SMTP, over a few connections that stay open: as many as mails are sent at once. */
export function createSmtpTransport(smtpUrl: string, { sendMs = SEND_MS } = {}): MailTransport {
  const idle: ReturnType<typeof openLine>[] = [];
  return {
    send: async ({ messageId, from, to, subject, text, html, unsubscribeUrl }) => {
      const line = idle.pop() ?? openLine(smtpUrl);
      const deadline = new AbortController();
      const overdue = setTimeout(() => deadline.abort(), sendMs);
      const late = new Promise<never>((_, reject) => {
        deadline.signal.addEventListener('abort', () => reject(new Error('no answer in time')));
      });
      try {
        const sending = line.sendMail({
          messageId,
          from,
          to: { name: '', address: to },
          subject,
          text,
          html,
          ...(unsubscribeUrl ? { headers: oneClick(unsubscribeUrl) } : {}),
        });
        const { response } = await Promise.race([sending, late]);
        return { providerId: response ?? null };
      } catch (error) {
        throw isFinal(error) ? new MailRefused((error as Error).message, { cause: error }) : error;
      } finally {
        clearTimeout(overdue);
        if (deadline.signal.aborted) line.close({ force: true });
        else idle.push(line);
      }
    },
    close: async () => {
      for (const line of idle.splice(0)) line.close();
    },
  };
}

const oneClick = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

/** The steps at which a server's answer is about this mail: its recipient, and its content. */
const OF_THE_MAIL: readonly (string | undefined)[] = ['RCPT TO', 'DATA'];

/**
 * 5xx is SMTP's "do not try again". In the greeting, about our credentials or our own address, it concerns us
 * and thus every mail, and somebody may fix it.
 */
function isFinal(error: unknown): boolean {
  const { responseCode, command } = error as { responseCode?: number; command?: string };
  return responseCode !== undefined && responseCode >= 500 && OF_THE_MAIL.includes(command);
}
