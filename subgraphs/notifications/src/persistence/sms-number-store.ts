import type { SmsNumber } from '../domain/sms-number.ts';
import type { Db } from './client.ts';

export interface SmsNumberStore {
  of(userIds: readonly string[]): Promise<SmsNumber[]>;
  /** Stores a number that waits for its code, sealed, beside the confirmed one. */
  setPending(userId: string, pending: { number: string; code: string; until: Date }): Promise<void>;
  /** The sealed code that a number waits for; null if none does. Counts the attempt. */
  tryCode(userId: string, now: Date): Promise<{ code: string; tries: number } | null>;
  /** The code to send to this number; null if another number is waiting by now. */
  codeFor(userId: string, number: string, now: Date): Promise<string | null>;
  /** Makes the waiting number the confirmed one. */
  confirm(userId: string): Promise<void>;
  /** False if there was none. */
  remove(userId: string): Promise<boolean>;
  /** What the carrier said of a number, as long as it is still the person's. */
  markRefused(
    userId: string,
    number: string,
    refused: NonNullable<SmsNumber['refused']>,
  ): Promise<void>;
}

const NOTHING_PENDING = { pending: null, code: null, pendingUntil: null, tries: 0 } as const;

export const createSmsNumberStore = ({ smsNumber }: Db): SmsNumberStore => ({
  of: async (userIds) => {
    const rows = await smsNumber.findMany({
      where: { userId: { in: [...userIds] } },
      select: { userId: true, number: true, refused: true, pending: true, pendingUntil: true },
    });
    return rows.map(({ refused, ...row }) => ({
      ...row,
      refused: refused as SmsNumber['refused'],
    }));
  },
  setPending: async (userId, { number: pending, code, until: pendingUntil }) => {
    const data = { pending, code, pendingUntil, tries: 0 };
    await smsNumber.upsert({ where: { userId }, create: { userId, ...data }, update: data });
  },
  tryCode: async (userId, now) => {
    const { count } = await smsNumber.updateMany({
      where: { userId, pending: { not: null }, pendingUntil: { gt: now } },
      data: { tries: { increment: 1 } },
    });
    if (count === 0) return null;
    const row = await smsNumber.findUnique({
      where: { userId },
      select: { code: true, tries: true },
    });
    return row?.code ? { code: row.code, tries: row.tries } : null;
  },
  codeFor: async (userId, pending, now) => {
    const row = await smsNumber.findFirst({
      where: { userId, pending, pendingUntil: { gt: now } },
      select: { code: true },
    });
    return row?.code ?? null;
  },
  confirm: async (userId) => {
    const row = await smsNumber.findUniqueOrThrow({ where: { userId }, select: { pending: true } });
    await smsNumber.update({
      where: { userId },
      data: { ...NOTHING_PENDING, number: row.pending, refused: null },
    });
  },
  remove: async (userId) => (await smsNumber.deleteMany({ where: { userId } })).count > 0,
  markRefused: async (userId, number, refused) => {
    await smsNumber.updateMany({ where: { userId, number }, data: { refused } });
  },
});
