import type { Prisma } from '../__generated__/prisma/client.ts';
import type { Db } from './client.ts';

/** What a purpose keeps with its challenge, until that is answered. */
export type ChallengeData = Readonly<Record<string, unknown>>;

/** A question that only its asker can answer, without its id. */
export interface Challenge {
  readonly digest: Uint8Array<ArrayBuffer>;
  readonly purpose: string;
  readonly accountId: string | null;
  /** Where its code was mailed to, in canonical form. */
  readonly email: string | null;
  readonly codeDigest: Uint8Array<ArrayBuffer> | null;
  /** What its purpose needs to know when the answer comes. */
  readonly data: ChallengeData;
  readonly attempts: number;
  readonly expiresAt: Date;
}

export interface NewChallenge extends Omit<Challenge, 'attempts'> {
  readonly createdAt: Date;
}

export interface ChallengeStore {
  insert(challenge: NewChallenge): Promise<void>;
  /**
   * Counts a try, and gives the challenge if there was one left; null when there is none to answer.
   * One statement, so that of parallel tries none is missed.
   */
  countTry(of: ChallengeKey, maxTries: number, now: Date): Promise<Challenge | null>;
  /** The challenge if it can still be answered, without counting. */
  findOpen(of: ChallengeKey, now: Date): Promise<Challenge | null>;
  /** Whether it was given out for this purpose and its time is over. */
  hasExpired(of: ChallengeKey, now: Date): Promise<boolean>;
  /** The right answer uses up no try. */
  giveBack(digest: Uint8Array<ArrayBuffer>): Promise<void>;
  /** False when it was answered before: of parallel right answers one is taken. */
  use(digest: Uint8Array<ArrayBuffer>, now: Date): Promise<boolean>;
  /** Where the newest open challenge of this purpose was mailed to. */
  addressOfNewest(accountId: string, purpose: string, now: Date): Promise<string | null>;
  /** Voids what was given out to the account and not answered yet. */
  voidAllOf(accountId: string, now: Date): Promise<void>;
}

export interface ChallengeKey {
  readonly digest: Uint8Array<ArrayBuffer>;
  readonly purpose: string;
}

const FIELDS = {
  digest: true,
  purpose: true,
  accountId: true,
  email: true,
  codeDigest: true,
  data: true,
  attempts: true,
  expiresAt: true,
} as const satisfies Prisma.ChallengeSelect;

type Row = Prisma.ChallengeGetPayload<{ select: typeof FIELDS }>;
const challengeOf = (row: Row): Challenge => ({ ...row, data: row.data as ChallengeData });

export const createChallengeStore = ({ challenge }: Db): ChallengeStore => ({
  insert: async (row) => {
    await challenge.create({ data: { ...row, data: row.data as Prisma.InputJsonObject } });
  },
  countTry: async ({ digest, purpose }, maxTries, now) => {
    const [row] = await challenge.updateManyAndReturn({
      where: {
        digest,
        purpose,
        usedAt: null,
        expiresAt: { gt: now },
        attempts: { lt: maxTries },
      },
      data: { attempts: { increment: 1 } },
      select: FIELDS,
    });
    return row ? challengeOf(row) : null;
  },
  findOpen: async ({ digest, purpose }, now) => {
    const row = await challenge.findFirst({
      where: { digest, purpose, usedAt: null, expiresAt: { gt: now } },
      select: FIELDS,
    });
    return row && challengeOf(row);
  },
  hasExpired: async ({ digest, purpose }, now) =>
    (await challenge.count({ where: { digest, purpose, usedAt: null, expiresAt: { lte: now } } })) >
    0,
  giveBack: async (digest) => {
    await challenge.updateMany({ where: { digest }, data: { attempts: { decrement: 1 } } });
  },
  use: async (digest, now) => {
    const { count } = await challenge.updateMany({
      where: { digest, usedAt: null },
      data: { usedAt: now, data: {} },
    });
    return count === 1;
  },
  addressOfNewest: async (accountId, purpose, now) => {
    const row = await challenge.findFirst({
      where: { accountId, purpose, usedAt: null, expiresAt: { gt: now } },
      orderBy: { createdAt: 'desc' },
      select: { email: true },
    });
    return row?.email ?? null;
  },
  voidAllOf: async (accountId, now) => {
    await challenge.updateMany({
      where: { accountId, usedAt: null },
      data: { usedAt: now, data: {} },
    });
  },
});
