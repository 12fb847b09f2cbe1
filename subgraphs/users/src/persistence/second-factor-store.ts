import type { Db } from './client.ts';

/** An authenticator app's secret, sealed. */
export interface TotpRecord {
  readonly secret: Uint8Array;
  readonly lastStep: number | null;
  readonly confirmedAt: Date | null;
}

type Digest = Uint8Array<ArrayBuffer>;

export interface SecondFactorStore {
  totpOf(accountId: string): Promise<TotpRecord | null>;
  /** Replaces one that was never confirmed; false when the account has a confirmed one. */
  beginTotp(accountId: string, secret: Uint8Array<ArrayBuffer>, now: Date): Promise<boolean>;
  /** Takes a code's step: false when it, or a later one, was taken before. */
  takeStep(accountId: string, step: number): Promise<boolean>;
  /** Counts from now on; false when it did before, or there is none. */
  confirmTotp(accountId: string, now: Date): Promise<boolean>;
  /** Away with app and codes; false when there was no app that counted. */
  removeTotp(accountId: string): Promise<boolean>;
  replaceRecoveryCodes(accountId: string, digests: readonly Digest[]): Promise<void>;
  /** False when there is none such, or it was used. */
  useRecoveryCode(accountId: string, digest: Digest, now: Date): Promise<boolean>;
}

export const createSecondFactorStore = ({ totp, recoveryCode }: Db): SecondFactorStore => ({
  totpOf: (accountId) =>
    totp.findUnique({
      where: { accountId },
      select: { secret: true, lastStep: true, confirmedAt: true },
    }),
  beginTotp: async (accountId, secret, createdAt) => {
    const { count } = await totp.deleteMany({ where: { accountId, confirmedAt: null } });
    if (count === 0 && (await totp.count({ where: { accountId } })) > 0) return false;
    const made = await totp.createMany({
      data: [{ accountId, secret, createdAt }],
      skipDuplicates: true,
    });
    return made.count === 1;
  },
  takeStep: async (accountId, step) => {
    const { count } = await totp.updateMany({
      where: { accountId, OR: [{ lastStep: null }, { lastStep: { lt: step } }] },
      data: { lastStep: step },
    });
    return count === 1;
  },
  confirmTotp: async (accountId, now) => {
    const { count } = await totp.updateMany({
      where: { accountId, confirmedAt: null },
      data: { confirmedAt: now },
    });
    return count === 1;
  },
  removeTotp: async (accountId) => {
    const { count } = await totp.deleteMany({ where: { accountId, confirmedAt: { not: null } } });
    await recoveryCode.deleteMany({ where: { accountId } });
    return count === 1;
  },
  replaceRecoveryCodes: async (accountId, digests) => {
    await recoveryCode.deleteMany({ where: { accountId } });
    await recoveryCode.createMany({ data: digests.map((digest) => ({ accountId, digest })) });
  },
  useRecoveryCode: async (accountId, digest, now) => {
    const { count } = await recoveryCode.updateMany({
      where: { accountId, digest, usedAt: null },
      data: { usedAt: now },
    });
    return count === 1;
  },
});
