import type { NewId } from '@souk/runtime/domain';
import type { OpenValue, RunTransaction } from '@souk/runtime/events';
import { accountMail } from '../domain/account-mail.ts';
import type { AccountMail } from '../domain/email.ts';
import type { Mail } from '../domain/mail.ts';
import { MailRefused, type MailTransport, type OutgoingMail } from '../mail/mail-transport.ts';
import type { RenderMail } from '../mail/render-mail.ts';
import { whyOf } from '../outbound/why-of.ts';
import type { ClaimedEmail } from '../persistence/email-store.ts';
import type { Stores } from '../persistence/stores.ts';
import type { DecideDeps } from './deps.ts';
import { languageOf } from './language-of.ts';
import { noticesMail } from './notices-mail.ts';
import { type MailPlan, planMail } from './plan-mail.ts';
import { settleHeld } from './settle-held.ts';

export interface SendEmailDeps extends DecideDeps {
  transaction: RunTransaction<Stores>;
  transport: MailTransport;
  renderMail: RenderMail;
  newId: NewId;
  openValue: OpenValue;
  mailFrom: string;
  codePageUrl: string | null;
  /** Where mails of notices are called off, for somebody; null where no address of ours is known. */
  unsubscribeUrl: (userId: string) => string | null;
}

/** Longer than the deadline of a send (`smtp-transport.ts`): whoever holds the mail beyond it has died. */
const CLAIM_MS = 300_000;
/** Until it is tried again; it doubles with each try, as whoever waits for a code waits for seconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** About half a day. */
const MAX_ATTEMPTS = 150;

type Going = Extract<MailPlan, { kind: 'SEND' }>;

/**
 * Sends one mail of the outbox. The job that claims it sends it, so a repeated one finds nothing to do;
 * only a process that dies between sending and writing that down sends twice, under one Message-ID.
 * What is refused waits for the next try in its row, not on the queue: that tries again whatever it cannot
 * reach, and each round of the outbox would add a job for the same mail.
 */
export async function sendEmail(deps: SendEmailDeps, id: string): Promise<void> {
  const { stores, clock } = deps;
  const now = clock();
  const email = await stores.emails.claim(id, now, new Date(now.getTime() + CLAIM_MS));
  if (!email) return;
  const { userId, content } = email;
  switch (content.template) {
    case 'NOTICES':
    case 'MISSED_MESSAGES': {
      if (userId === null) return stores.emails.markSuppressed(email);
      const plan = await planMail(deps, { ...email, userId });
      await settleHeld(stores, { userId, channel: 'EMAIL' }, plan.held, now);
      if (plan.kind === 'WAIT') {
        const { reason, until: dueAt } = plan;
        return stores.emails.markWaiting(email, { reason, at: now, dueAt });
      }
      if (plan.kind === 'SUPPRESS') return stores.emails.markSuppressed(email);
      const unsubscribeUrl = deps.unsubscribeUrl(userId);
      const mail = await noticesMail(deps, { userId, notices: plan.going, unsubscribeUrl });
      const handed = { to: plan.to, write: () => mail, plan, unsubscribeUrl };
      return handOver(deps, { ...email, userId }, handed);
    }
    case 'CODE': {
      // A mail server was away for so long that the code opens nothing any more.
      const { expiresAt } = content.parameters;
      if (!(Date.parse(expiresAt) > now.getTime())) return stores.emails.markSuppressed(email);
    }
  }
  const how = { codePageUrl: deps.codePageUrl, language: await languageOf(stores, userId) };
  const write = () => accountMail(opened(content, deps.openValue), how);
  await handOver(deps, email, { to: email.toAddress, write });
}

/** A mail with the secret that is in it, which was sealed until now. */
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
  /** Throws where its secret cannot be opened, which staff see in the outbox like any other failure. */
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
  const going =
    plan && userId !== null
      ? { userId, ids: plan.going.map((one) => one.id), upTo: plan.at }
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
    const { providerId } = await transport.send(outgoing);
    await markSent(deps, email, going, { to, providerId });
  } catch (error) {
    if (error instanceof NotWrittenDown) throw error.cause;
    const final = error instanceof MailRefused || attempts >= MAX_ATTEMPTS;
    const isHeld = await stores.emails.markRefused(email, {
      status: final ? 'FAILED' : 'PENDING',
      error: whyOf(error),
      dueAt: new Date(clock().getTime() + waitAfter(attempts)),
    });
    if (!isHeld || !final || !going) return;
    const which = { userId: going.userId, channel: 'EMAIL', notificationIds: going.ids } as const;
    const outcome = { status: 'FAILED', reason: 'PROVIDER_REFUSED', at: clock() } as const;
    await stores.deliveries.settle(which, outcome);
  }
}

const waitAfter = (attempts: number) =>
  Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);

/** The mail is out: what fails from here on must not have it count as refused. */
class NotWrittenDown extends Error {}

/**
 * Writes down that a mail went, in one step with what went in it. What joined it meanwhile, or waits
 * longer than the others, goes in the next one of its batch.
 */
async function markSent(
  { transaction, clock, newId }: SendEmailDeps,
  email: ClaimedEmail,
  going: { ids: readonly string[]; upTo: Date } | null,
  { to, providerId }: { to: string; providerId: string | null },
): Promise<void> {
  const { id, userId, batchKey, toAddress, notificationId } = email;
  const at = clock();
  const writing = transaction(async ({ emails, deliveries }) => {
    if (!(await emails.markSent(email, { to, providerId, at }))) return;
    if (!going || userId === null) return;
    const { ids: notificationIds, upTo } = going;
    const sent = { userId, channel: 'EMAIL', notificationIds, upTo } as const;
    await deliveries.settle(sent, { status: 'SENT', reason: null, at, providerId });
    const left = await deliveries.noticesIn({ id, notificationId });
    if (left.length === 0) return;
    const next = { id: newId('eml'), userId, toAddress, batchKey: batchKey ?? id, dueAt: at };
    const [mail] = await emails.joinBatches([next], at);
    const waiting = { userId, channel: 'EMAIL', notificationIds: left } as const;
    if (mail) await deliveries.moveToMail(waiting, mail.emailId);
  });
  await writing.catch((cause) => {
    throw new NotWrittenDown('sent, and not written down', { cause });
  });
}

/** Derived from the row, so that a mail sent twice is recognisably one. */
const messageIdOf = (id: string, mailFrom: string) =>
  `<${id}@${/@([^>\s]+)/.exec(mailFrom)?.[1] ?? 'souk.invalid'}>`;
