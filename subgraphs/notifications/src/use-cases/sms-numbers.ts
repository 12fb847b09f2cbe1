import { randomInt, timingSafeEqual } from 'node:crypto';
import { badInput, notFound, rateLimited } from '@souk/runtime/domain';
import { warnCounted } from '@souk/runtime/process';
import {
  CODE_MINUTES,
  CODE_TRIES,
  CODES_A_DAY,
  checkedNumber,
  DAY_SECONDS,
  FEW_LEFT,
  RANGE_DIGITS,
} from '../domain/sms-number.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

const ALL_CODES = 'notifications.sms-all';

/** Sends a code to a number, which becomes the person's once they give the code back. */
export async function setSmsNumber(
  { transaction, clock, newId, sealValue, rateLimit, smsCodesADay, logger }: NotificationsDeps,
  { userId }: Actor,
  { number: given }: { number: string },
  /** The client's network; null, for a call that came through no gateway, counts as one. */
  clientAddress: string | null,
): Promise<void> {
  if (smsCodesADay === null) throw badInput('Text messages are not available here.', ['number']);
  const number = checkedNumber(given);
  const now = clock();
  const perSeconds = DAY_SECONDS;
  for (const [rule, key, points] of [
    // The limits of the account and its network come first: somebody who has used up their own uses up nobody
    // else's.
    ['notifications.sms-person', userId, CODES_A_DAY.person],
    ['notifications.sms-address', clientAddress ?? 'unknown', CODES_A_DAY.address],
    ['notifications.sms-number', number, CODES_A_DAY.number],
    // People who earn money from messages sent to them have consecutive numbers.
    ['notifications.sms-range', number.slice(0, -RANGE_DIGITS), CODES_A_DAY.range],
    [ALL_CODES, 'all', smsCodesADay],
  ] as const) {
    const answer = await rateLimit.consume(key, { rule, points, perSeconds });
    if (rule === ALL_CODES && answer.remaining <= smsCodesADay * FEW_LEFT) {
      warnCounted(logger, 'Few text messages with codes are left for today', {
        left: answer.remaining,
        allowed: smsCodesADay,
      });
    }
    if (!answer.allowed) throw rateLimited(answer.retryAfterSeconds);
  }
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  await transaction(async ({ smsNumbers, texts }) => {
    const until = new Date(now.getTime() + CODE_MINUTES * 60_000);
    await smsNumbers.setPending(userId, { number, code: sealValue('notifications', code), until });
    const message = { id: newId('sms'), userId, notificationId: null, dueAt: now };
    await texts.request([{ ...message, toNumber: number }], now);
  });
}

/** Checks the code that was sent to a number. A wrong one counts, even if something else fails. */
export async function confirmSmsNumber(
  { transaction, clock, openValue }: NotificationsDeps,
  { userId }: Actor,
  { code: given }: { code: string },
): Promise<void> {
  const isRight = await transaction(async ({ smsNumbers }) => {
    const waiting = await smsNumbers.tryCode(userId, clock());
    if (!waiting || waiting.tries > CODE_TRIES) return false;
    if (!isSame(openValue(waiting.code), given.replace(/[\s-]/g, ''))) return false;
    await smsNumbers.confirm(userId);
    return true;
  });
  if (!isRight) throw badInput('The code is wrong or has expired.', ['code']);
}

/** Stops sending text messages. */
export const removeSmsNumber = (
  { transaction }: NotificationsDeps,
  { userId }: Actor,
): Promise<void> =>
  transaction(async ({ smsNumbers }) => {
    if (!(await smsNumbers.remove(userId))) throw notFound('SmsNumber');
  });

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};
