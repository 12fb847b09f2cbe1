import type { DeliveryReason } from '../domain/delivery.ts';
import {
  codeMailText,
  hasAccountText,
  type MailText,
  securityNoticeText,
} from '../domain/email.ts';
import { MailRefused, type MailTransport } from '../mail/mail-transport.ts';
import type { ClaimedEmail } from '../persistence/email-store.ts';
import type { Stores } from '../persistence/stores.ts';
import { type MissedMailDeps, missedMailNow } from './missed-mail.ts';

export interface SendEmailDeps extends MissedMailDeps {
  stores: Stores;
  transport: MailTransport;
  mailFrom: string;
  codePageUrl: string | null;
}

/** Longer than any send can take: whoever holds the mail beyond it has died. */
const CLAIM_MS = 120_000;
/** Until the next round, when the queue has used up its tries of this one. */
const RETRY_MS = 5 * 60_000;
/** Until somebody who is looking is asked about again. */
const LOOK_AGAIN_MS = 60_000;
/** Five tries a round: about half a day. */
const MAX_ATTEMPTS = 600;

/**
 * Sends one mail of the outbox. The job that claims it sends it, so a repeated one finds nothing to do;
 * only a process that dies between sending and writing that down sends twice, under one Message-ID.
 * Throws when it should be tried again.
 */
export async function sendEmail(deps: SendEmailDeps, id: string): Promise<void> {
  const { stores, transport, clock, mailFrom } = deps;
  const now = clock();
  const email = await stores.emails.claim(id, now, new Date(now.getTime() + CLAIM_MS));
  if (!email) return;
  const { attempts, notificationId } = email;
  const letter = await letterOf(deps, email);
  if (!letter) return;
  const settle = async (status: 'SENT' | 'FAILED', reason: DeliveryReason | null) => {
    if (!notificationId) return;
    await stores.deliveries.settle(notificationId, 'EMAIL', { status, reason, at: clock() });
  };
  let providerId: string | null;
  try {
    ({ providerId } = await transport.send({
      messageId: messageIdOf(id, mailFrom),
      from: mailFrom,
      ...letter,
    }));
  } catch (error) {
    const final = error instanceof MailRefused || attempts >= MAX_ATTEMPTS;
    await stores.emails.markRefused(id, {
      status: final ? 'FAILED' : 'PENDING',
      error: error instanceof Error ? error.message : String(error),
      dueAt: new Date(clock().getTime() + RETRY_MS),
    });
    if (!final) throw error;
    await settle('FAILED', 'PROVIDER_REFUSED');
    return;
  }
  await stores.emails.markSent(id, providerId, clock());
  await settle('SENT', null);
}

/** The mail as it is to be sent; null when it is not to leave, or not now. */
async function letterOf(
  deps: SendEmailDeps,
  email: ClaimedEmail,
): Promise<(MailText & { to: string }) | null> {
  const { content, toAddress, id, notificationId } = email;
  const { stores, clock, codePageUrl } = deps;
  switch (content.template) {
    case 'CODE': {
      if (Date.parse(content.parameters.expiresAt) > clock().getTime()) {
        return { to: toAddress, ...codeMailText(content, { codePageUrl }) };
      }
      // A mail server was away for so long that the code opens nothing any more.
      await stores.emails.markSuppressed(id);
      return null;
    }
    case 'HAS_ACCOUNT':
      return { to: toAddress, ...hasAccountText() };
    case 'SECURITY_NOTICE':
      return { to: toAddress, ...securityNoticeText(content) };
    case 'MISSED_MESSAGES':
      break;
  }
  const decision = await missedMailNow(deps, email);
  if (decision.kind === 'SEND') {
    return decision.text ? { to: decision.address, ...decision.text } : null;
  }
  const now = clock();
  if (decision.kind === 'WAIT') {
    const dueAt = new Date(now.getTime() + LOOK_AGAIN_MS);
    await stores.emails.markWaiting(id, 'ATTENTIVE', dueAt);
    return null;
  }
  await stores.emails.markSuppressed(id);
  const { reason } = decision;
  const outcome = { status: 'SUPPRESSED', reason, at: now } as const;
  if (notificationId) await stores.deliveries.settle(notificationId, 'EMAIL', outcome);
  return null;
}

/** Derived from the row, so that a mail sent twice is recognisably one. */
const messageIdOf = (id: string, mailFrom: string) =>
  `<${id}@${/@([^>\s]+)/.exec(mailFrom)?.[1] ?? 'souk.invalid'}>`;
