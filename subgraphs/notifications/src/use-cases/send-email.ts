import type { NewId } from '@souk/runtime/domain';
import type { OpenValue, RunTransaction } from '@souk/runtime/events';
import { accountMail } from '../domain/account-mail.ts';
import type { AccountMail } from '../domain/email.ts';
import type { Mail } from '../domain/mail.ts';
import { MailRefused, type MailTransport, type OutgoingMail } from '../mail/mail-transport.ts';
import type { RenderMail } from '../mail/render-mail.ts';
import { whyOf } from '../outbound/why-of.ts';
import type { WaitingDeliveries } from '../persistence/delivery-store.ts';
import type { ClaimedEmail } from '../persistence/email-store.ts';
import type { Stores } from '../persistence/stores.ts';
import type { DecideDeps } from './deps.ts';
import { endMail, waitMail } from './end-mail.ts';
import { languageOf } from './language-of.ts';
import { noticesMail } from './notices-mail.ts';
import { type MailPlan, planMail } from './plan-mail.ts';
import { noteWaiting, settleHeld } from './settle-held.ts';

export interface SendEmailDeps extends DecideDeps {
  transaction: RunTransaction<Stores>;
  transport: MailTransport;
  renderMail: RenderMail;
  newId: NewId;
  openValue: OpenValue;
  mailFrom: string;
  codePageUrl: string | null;
  /** The unsubscribe link for somebody; null when our public address is not configured. */
  unsubscribeUrl: (userId: string) => string | null;
}

/**
 * Longer than the deadline of a send (`smtp-transport.ts`): a process that holds the mail longer has died.
 */
const CLAIM_MS = 300_000;
/** The pause before the next attempt; it doubles each time, starting short because people wait for codes. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** About half a day. */
const MAX_ATTEMPTS = 150;

type Going = Extract<MailPlan, { kind: 'SEND' }>;

/**
 * Sends one mail of the outbox. The job that claims it sends it, so a repeated job finds nothing to do. Only
 * a process that dies between sending and recording that sends twice, with the same Message-ID. A refused
 * mail waits for its next attempt in its row, not on the queue, which would retry whatever cannot be reached,
 * and each round of the outbox would add a job for the same mail.
 */
export async function sendEmail(deps: SendEmailDeps, id: string): Promise<void> {
  const { stores, clock } = deps;
  const now = clock();
  const email = await stores.emails.claim(id, now, new Date(now.getTime() + CLAIM_MS));
  if (!email) return;
  // An attempt whose answer was lost has sent it. Its notices move on, and are decided with what is known now.
  if (email.returned !== null) return endMail(deps, email, { end: async () => false, going: null });
  const { userId, content } = email;
  switch (content.template) {
    case 'NOTICES':
    case 'MISSED_MESSAGES': {
      if (userId === null) return suppress(deps, email);
      const plan = await planMail(deps, { ...email, userId });
      const { sourceIds } = plan;
      const of = { userId, channel: 'EMAIL', sourceIds } as const;
      await settleHeld(stores, of, plan.held, now);
      await noteWaiting(stores, of, plan.waiting);
      if (plan.kind === 'WAIT') {
        const { reason, until: dueAt } = plan;
        return waitMail(deps, email, { sourceIds, reason, at: now, dueAt });
      }
      if (plan.kind === 'SUPPRESS') return suppress(deps, email);
      const unsubscribeUrl = deps.unsubscribeUrl(userId);
      const mail = await noticesMail(deps, { userId, notices: plan.going, unsubscribeUrl });
      const handed = { to: plan.to, write: () => mail, plan, unsubscribeUrl };
      return handOver(deps, { ...email, userId }, handed);
    }
    case 'CODE': {
      // The mail server was away for so long that the code has expired.
      const { expiresAt } = content.parameters;
      if (!(Date.parse(expiresAt) > now.getTime())) return suppress(deps, email);
    }
  }
  // The recipient has been erased.
  if (email.toAddress === '') return suppress(deps, email);
  const how = { codePageUrl: deps.codePageUrl, language: await languageOf(stores, userId) };
  const write = () => accountMail(opened(content, deps.openValue), how);
  await handOver(deps, email, { to: email.toAddress, write });
}

/** A mail with its secret, which was encrypted until now. */
function opened(mail: AccountMail, open: OpenValue): AccountMail {
  const { template, parameters } = mail;
  switch (template) {
    case 'CODE':
      return { template, parameters: { ...parameters, code: open(parameters.code) } };
    case 'INVITE':
      return { template, parameters: { ...parameters, url: open(parameters.url) } };
    default:
      return mail;
  }
}

interface Handed {
  to: string;
  /** Throws when its secret cannot be decrypted, which staff see in the outbox like any other failure. */
  write: () => Mail;
  plan?: Going;
  unsubscribeUrl?: string | null;
}

async function handOver(
  deps: SendEmailDeps,
  email: ClaimedEmail,
  { to, write, plan, unsubscribeUrl }: Handed,
): Promise<void> {
  const { stores, clock, transport, mailFrom, renderMail } = deps;
  const { id, attempts, userId } = email;
  const going: WaitingDeliveries | null =
    plan && userId !== null
      ? {
          ...{ userId, channel: 'EMAIL', sourceIds: plan.sourceIds },
          notificationIds: plan.going.map((one) => one.id),
        }
      : null;
  try {
    const mail = write();
    const outgoing: OutgoingMail = {
      messageId: messageIdOf(id, mailFrom),
      from: mailFrom,
      to,
      subject: mail.subject,
      ...(await renderMail(mail)),
      ...(unsubscribeUrl ? { unsubscribeUrl } : {}),
    };
    // A return may come before the answer, and is about the address in the row.
    if (to !== email.toAddress) await stores.emails.readdress(email, to);
    const { providerId } = await transport.send(outgoing);
    const at = clock();
    await endMail(deps, email, {
      end: ({ emails }) => emails.markSent(email, { providerId, at }),
      ...{ going, became: { status: 'SENT', reason: null, at, providerId } },
    }).catch((cause) => {
      throw new NotWrittenDown('sent, and not written down', { cause });
    });
  } catch (error) {
    if (error instanceof NotWrittenDown) throw error.cause;
    const final = error instanceof MailRefused || attempts >= MAX_ATTEMPTS;
    const at = clock();
    const refusal = {
      status: final ? 'FAILED' : 'PENDING',
      error: whyOf(error),
      dueAt: new Date(at.getTime() + waitAfter(attempts)),
    } as const;
    const refuse = ({ emails }: Pick<Stores, 'emails'>) => emails.markRefused(email, refusal);
    if (!final && (await refuse(stores))) return;
    await endMail(deps, email, {
      end: refuse,
      ...{ going, became: { status: 'FAILED', reason: 'PROVIDER_REFUSED', at } },
    });
  }
}

const waitAfter = (attempts: number) =>
  Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);

/** The mail is sent: failures from here on must not make it count as refused. */
class NotWrittenDown extends Error {}

/** Gives up a mail of which nothing goes. */
const suppress = (deps: SendEmailDeps, email: ClaimedEmail): Promise<void> =>
  endMail(deps, email, { end: ({ emails }) => emails.markSuppressed(email), going: null });

/** Derived from the row, so that a mail sent twice is recognisable as one. */
const messageIdOf = (id: string, mailFrom: string) =>
  `<${id}@${/@([^>\s]+)/.exec(mailFrom)?.[1] ?? 'souk.invalid'}>`;
