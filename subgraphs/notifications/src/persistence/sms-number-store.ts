import type { SmsNumber } from '../domain/sms-number.ts';
import type { Db } from './client.ts';

export interface SmsNumberStore {
  of(userIds: readonly string[]): Promise<SmsNumber[]>;
  /** Keeps a number that waits for its code, sealed, beside the one that was confirmed. */
  setPending(userId: string, pending: { number: string; code: string; until: Date }): Promise<void>;
  /** The code that a number waits for, sealed; null when none does. Counts that it was asked for. */
  tryCode(userId: string, now: Date): Promise<{ code: string; tries: number } | null>;
  /** The code that is to be sent to this number; null when another one waits by now. */
  codeFor(userId: string, number: string, now: Date): Promise<string | null>;
  /** The number that waits is theirs from now on. */
  confirm(userId: string): Promise<void>;
  /** False when there was none. */
  remove(userId: string): Promise<boolean>;
  /** What the next station said of a number, as long as it is still theirs. */
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
