import type { OpenValue, RunTransaction } from '@souk/runtime/events';
import { fill } from '../domain/fill.ts';
import { mailTextsIn } from '../domain/mail-texts.ts';
import { DAY_SECONDS, NOTICES_A_DAY, smsText } from '../domain/sms-number.ts';
import type { ClaimedSms } from '../persistence/sms-store.ts';
import type { Stores } from '../persistence/stores.ts';
import type { SmsOutcome, SmsTransport } from '../sms/sms-transport.ts';
import { decideNotices } from './decide-notices.ts';
import type { DecideDeps } from './deps.ts';
import { languageOf } from './language-of.ts';
import { shownText } from './notices-mail.ts';
import { noteWaiting, settleHeld } from './settle-held.ts';

export interface SendSmsDeps extends DecideDeps {
  /** Null if text messages are not available. */
  sms: SmsTransport | null;
  transaction: RunTransaction<Stores>;
  openValue: OpenValue;
}

/** Longer than any send can take: a process that holds it for longer has died. */
const CLAIM_MS = 60_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** About three hours: a text message is about the present. */
const MAX_ATTEMPTS = 40;

interface Leaving {
  to: string;
  text: string;
}

/**
 * Sends one text message, if it is still to be sent. One that may have been sent is not sent again: paying
 * and ringing twice would be worse than missing it, since the notice is in the inbox and a code can be
 * requested again.
 */
export async function sendSms(deps: SendSmsDeps, id: string): Promise<void> {
  const { stores, clock, sms } = deps;
  const now = clock();
  const claimed = await stores.texts.claim(id, now, new Date(now.getTime() + CLAIM_MS));
  if (!claimed) return;
  if (claimed.wasLeft) {
    return settle(deps, claimed, { result: 'UNKNOWN', why: 'its sender ended with it' }, null);
  }
  if (!sms) return settle(deps, claimed, { result: 'REFUSED', why: 'no account to send by' }, null);
  const leaving = await (claimed.notificationId === null
    ? codeToSend(deps, claimed)
    : noticeToSend(deps, claimed, claimed.notificationId));
  if (leaving) await settle(deps, claimed, await sms.send({ id, ...leaving }), leaving);
}

async function codeToSend(
  { stores, clock, openValue }: SendSmsDeps,
  claimed: ClaimedSms,
): Promise<Leaving | null> {
  const { userId, toNumber: to } = claimed;
  const at = clock();
  const sealed = to === null ? null : await stores.smsNumbers.codeFor(userId, to, at);
  if (to === null || sealed === null) {
    await stores.texts.finish(claimed, { status: 'SUPPRESSED', at });
    return null;
  }
  const { sms } = mailTextsIn(await languageOf(stores, userId));
  return { to, text: fill(sms.code, { code: openValue(sealed) }) };
}

/** The notice, if it is sent now; otherwise the outcome is recorded. */
async function noticeToSend(
  deps: SendSmsDeps,
  claimed: ClaimedSms,
  notificationId: string,
): Promise<Leaving | null> {
  const { userId, attentiveSince } = claimed;
  const { stores, clock } = deps;
  const now = clock();
  const [number] = await stores.smsNumbers.of([userId]);
  const dayAgo = new Date(now.getTime() - DAY_SECONDS * 1_000);
  const isSpent = (await stores.texts.noticesSince(userId, dayAgo)) >= NOTICES_A_DAY;
  const to = number?.number ?? null;
  const of = { userId, channel: 'SMS' } as const;
  const [decided] = await decideNotices(deps, {
    ...{ ...of, notificationIds: [notificationId], attentiveSince },
    reach: to === null ? 'NONE' : (number?.refused ?? (isSpent ? 'SPENT' : 'YES')),
  });
  const at = clock();
  if (!decided || to === null || decided.outcome === 'SUPPRESS') {
    const isHeld = await stores.texts.finish(claimed, { status: 'SUPPRESSED', at });
    if (isHeld && decided) await settleHeld(stores, of, [decided], at);
    return null;
  }
  if (decided.outcome === 'WAIT') {
    const { reason, until } = decided;
    await noteWaiting(stores, of, [decided]);
    await stores.texts.markWaiting(claimed, { reason, at, dueAt: until ?? at });
    return null;
  }
  const [text] = (await shownText(stores, userId, [decided.notice])).texts;
  return text ? { to, text: smsText(text) } : null;
}

async function settle(
  { stores, clock, transaction }: SendSmsDeps,
  claimed: ClaimedSms,
  outcome: SmsOutcome,
  leaving: Leaving | null,
): Promise<void> {
  const { userId, notificationId, attempts } = claimed;
  const { texts, deliveries, smsNumbers } = stores;
  const at = clock();
  const which =
    notificationId === null
      ? null
      : ({ userId, channel: 'SMS', notificationIds: [notificationId] } as const);
  const to = leaving ? { to: leaving.to } : {};
  const fail = async (error: string) => {
    if (!(await texts.finish(claimed, { status: 'FAILED', at, error, ...to })) || !which) return;
    await deliveries.settle(which, { status: 'FAILED', reason: 'PROVIDER_REFUSED', at });
  };
  switch (outcome.result) {
    case 'SENT': {
      const { providerId } = outcome;
      // In one step, since the carrier's report may arrive in between.
      return transaction(async ({ texts, deliveries }) => {
        if (!(await texts.finish(claimed, { status: 'SENT', at, ...to })) || !which) return;
        await deliveries.settle(which, { status: 'SENT', reason: null, at, providerId });
      });
    }
    case 'LATER': {
      if (attempts >= MAX_ATTEMPTS) return fail(outcome.why);
      const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
      const asked = Math.min((outcome.afterSeconds ?? 0) * 1_000, LONGEST_WAIT_MS);
      const dueAt = new Date(at.getTime() + Math.max(wait, asked));
      return texts.giveBack(claimed, { error: outcome.why, dueAt });
    }
    case 'UNKNOWN':
      return fail(outcome.why);
    case 'REFUSED':
      if (outcome.number && leaving) {
        await smsNumbers.markRefused(userId, leaving.to, outcome.number);
      }
      return fail(outcome.why);
  }
}
