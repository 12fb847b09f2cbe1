import type { Clock } from '@souk/runtime';
import { mailText } from '../domain/email.ts';
import { MailRefused, type MailTransport } from '../mail/mail-transport.ts';
import type { Stores } from '../persistence/stores.ts';

export interface SendEmailDeps {
  stores: Pick<Stores, 'emails'>;
  transport: MailTransport;
  clock: Clock;
  mailFrom: string;
  verifyEmailUrl: string | null;
}

/** Longer than any send can take: whoever holds the mail beyond it has died. */
const CLAIM_MS = 120_000;
/** Until the next round, when the queue has used up its tries of this one. */
const RETRY_MS = 5 * 60_000;
/** Five tries a round: about half a day. */
const MAX_ATTEMPTS = 600;

/**
 * Sends one mail of the outbox. Whoever claims it sends it, so a repeated job finds nothing to do;
 * only a process that dies between sending and writing that down sends twice, under one Message-ID.
 * Throws when it should be tried again.
 */
export async function sendEmail(deps: SendEmailDeps, id: string): Promise<void> {
  const { stores, transport, clock, mailFrom, verifyEmailUrl } = deps;
  const now = clock();
  const email = await stores.emails.claim(id, now, new Date(now.getTime() + CLAIM_MS));
  if (!email) return;
  const { toAddress: to, content, attempts } = email;
  let providerId: string | null;
  try {
    ({ providerId } = await transport.send({
      messageId: messageIdOf(id, mailFrom),
      from: mailFrom,
      to,
      ...mailText(content, { verifyEmailUrl }),
    }));
  } catch (error) {
    const final = error instanceof MailRefused || attempts >= MAX_ATTEMPTS;
    await stores.emails.markRefused(id, {
      status: final ? 'FAILED' : 'PENDING',
      error: error instanceof Error ? error.message : String(error),
      dueAt: new Date(clock().getTime() + RETRY_MS),
    });
    if (final) return;
    throw error;
  }
  await stores.emails.markSent(id, providerId, clock());
}

/** Derived from the row, so that a mail sent twice is recognisably one. */
const messageIdOf = (id: string, mailFrom: string) =>
  `<${id}@${/@([^>\s]+)/.exec(mailFrom)?.[1] ?? 'souk.invalid'}>`;
