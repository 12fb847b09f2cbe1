import type { createClient } from '../src/persistence/client.ts';
import type { SecondFactorStore } from '../src/persistence/second-factor-store.ts';

/** The mutant: looks whether a code was taken before, and writes down afterwards that it is. */
export const naiveSecondFactors = (
  stored: SecondFactorStore,
  { totp, recoveryCode }: ReturnType<typeof createClient>,
): SecondFactorStore => ({
  ...stored,
  takeStep: async (accountId, step) => {
    const row = await totp.findUnique({ where: { accountId } });
    if (!row || (row.lastStep !== null && row.lastStep >= step)) return false;
    await totp.update({ where: { accountId }, data: { lastStep: step } });
    return true;
  },
  useRecoveryCode: async (accountId, digest, usedAt) => {
    const key = { accountId_digest: { accountId, digest } };
    const row = await recoveryCode.findUnique({ where: key });
    if (!row || row.usedAt) return false;
    await recoveryCode.update({ where: key, data: { usedAt } });
    return true;
  },
});
