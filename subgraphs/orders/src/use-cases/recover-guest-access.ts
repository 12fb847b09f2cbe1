import {
  CODE_LIFETIME_MS,
  canonicalEmail,
  challengeDigest,
  codeDigest,
  digestOf,
  isChallengeId,
  isCode,
  MAX_TRIES,
  newChallengeId,
  newCode,
} from '@souk/runtime/domain';
import { mailboxOf } from '@souk/runtime/events';
import { guestCodeInvalid } from '../domain/errors.ts';
import { canonicalOrderNumber } from '../domain/order-number.ts';
import type { GuestRequest } from '../persistence/guest-request-store.ts';
import { countUse, limitedAs } from './count-orders.ts';
import type { Client, OrdersDeps, OrdersTransaction } from './deps.ts';
import { type GuestAccess, renewGuestAccess } from './guest-access.ts';

export interface RequestGuestAccessInput {
  number: string;
  email: string;
}

/** Mails about one order within the window of orders: enough for those that come late. */
const MAILS_PER_ORDER = 5;

/**
 * Mails a code to whoever ordered something as a guest, and has no token any more. The answer is the same
 * whether or not there is such an order with that address, and so is what is written for it, so that neither
 * it nor its time shows; and the code opens nothing without it.
 */
export async function requestGuestAccess(
  { transaction, clock, config, sealValue }: OrdersDeps,
  client: Client,
  { number, email }: RequestGuestAccessInput,
): Promise<{ challengeId: string }> {
  const challengeId = newChallengeId();
  await transaction(async (stores) => {
    const now = clock();
    const limits = { rule: 'guest_access' as const, config, now };
    await countUse(stores.quotas, limitedAs(client), limits);
    const typed = {
      number: canonicalOrderNumber(number) ?? number,
      email: canonicalEmail(email) ?? email,
    };
    const mailbox = digestOf(`${typed.number}\n${typed.email}`);
    const mayMail = await countMail(stores, mailbox, limits);
    const orderId = await guestOrderOf(stores, typed);
    const code = newCode();
    const expiresAt = new Date(now.getTime() + CODE_LIFETIME_MS);
    await stores.guestRequests.insert({
      digest: challengeDigest(challengeId),
      orderId,
      createdAt: now,
      expiresAt,
      codeDigest: codeDigest(challengeId, code),
    });
    const isMailed = orderId !== null && mayMail;
    // Sealed in either case, so that it takes the same time.
    const sealed = sealValue('notifications', code);
    await stores.events.append({
      type: 'orders.GuestCodeRequested',
      stream: mailboxOf(mailbox),
      payload: {
        ...(isMailed ? { email, code: sealed } : { email: '', code: null }),
        expiresAt: expiresAt.toISOString(),
      },
    });
  });
  return { challengeId };
}

async function guestOrderOf(
  { orders }: Pick<OrdersTransaction, 'orders'>,
  { number, email }: { number: string; email: string },
): Promise<string | null> {
  const [order] = await orders.findManyByNumber([number]);
  const isTheirs = order?.buyerId === null && order.email === email;
  return isTheirs ? order.id : null;
}

/**
 * Nobody's mailbox is filled by who knows an order of theirs; the asker learns nothing of that either. Counted
 * by a digest of what was meant, however it was typed and whether or not it fits.
 */
async function countMail(
  { quotas }: Pick<OrdersTransaction, 'quotas'>,
  mailbox: string,
  { rule, config, now }: { rule: string; config: OrdersDeps['config']; now: Date },
): Promise<boolean> {
  const { orderWindowSeconds: windowSeconds } = config;
  const { used } = await quotas.use(`mailbox:${mailbox}`, rule, { points: 1, windowSeconds, now });
  return used <= MAILS_PER_ORDER;
}

export interface ConfirmGuestAccessInput {
  challengeId: string;
  code: string;
}

/** Gives a guest the token of their order again, by the code that was mailed to where they ordered from. */
export async function confirmGuestAccess(
  deps: OrdersDeps,
  client: Client,
  { challengeId, code }: ConfirmGuestAccessInput,
): Promise<{ orderId: string; guestAccess: GuestAccess }> {
  const { reads, transaction, clock, config } = deps;
  const path = ['code'];
  const limits = { rule: 'guest_codes' as const, config, now: clock() };
  await transaction(({ quotas }) => countUse(quotas, limitedAs(client), limits));
  const request = await tried(reads, challengeId, clock());
  const { orderId } = request ?? { orderId: null };
  if (!isCode(request?.codeDigest ?? null, challengeId, code) || !request || orderId === null) {
    throw guestCodeInvalid(path);
  }
  return transaction(async (stores) => {
    const now = clock();
    if (!(await stores.guestRequests.use(request.digest, now))) throw guestCodeInvalid(path);
    const [order] = await stores.orders.findMany([orderId]);
    if (!order) throw guestCodeInvalid(path);
    return { orderId, guestAccess: await renewGuestAccess(stores, order, { ...deps, now }) };
  });
}

/** Counted before the code is looked at, in a statement that is kept whatever comes of it. */
const tried = async (
  { guestRequests }: OrdersDeps['reads'],
  challengeId: string,
  now: Date,
): Promise<GuestRequest | null> =>
  isChallengeId(challengeId)
    ? guestRequests.countTry(challengeDigest(challengeId), MAX_TRIES, now)
    : null;
