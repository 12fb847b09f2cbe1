import type { Viewer } from '@souk/runtime/domain';
import { newRecoveryCodes, recoveryCodeDigest } from '../credentials/recovery-codes.ts';
import { newTotpSecret, otpauthUri, totpStep } from '../credentials/totp.ts';
import { codeInvalid, totpAlreadyEnabled, totpNotEnabled } from '../domain/errors.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';
import { lockedWithRecentProof, lockedWithSecondFactor } from './recent-proof.ts';
import { recordSecurityChange } from './record-security-change.ts';
import { countSecondFactor } from './sign-in-limits.ts';

/** What an authenticator app is given; it counts once a first code has shown that it works. */
export interface TotpEnrolment {
  readonly secret: string;
  readonly otpauthUri: string;
}

/** Begins to set up an authenticator app; doing it again gives another secret. */
export const beginTotpEnrolment = (deps: UsersDeps, viewer: Viewer): Promise<TotpEnrolment> =>
  deps.transaction(async (stores) => {
    const account = await lockedWithRecentProof(deps, stores, viewer);
    const secret = newTotpSecret();
    const sealed = await deps.accountSecrets.seal(account.id, secret);
    const isBegun = await stores.secondFactors.beginTotp(account.id, sealed, deps.clock());
    if (!isBegun) throw totpAlreadyEnabled();
    return { secret, otpauthUri: otpauthUri(secret, account.username) };
  });

/** Makes the app count, and gives the codes that stand in for it; they are shown this once. */
export async function confirmTotpEnrolment(
  deps: UsersDeps,
  viewer: Viewer,
  code: string,
  clientAddress: string | null,
): Promise<string[]> {
  const { userId } = viewer;
  const counted = await countSecondFactor(deps.rateLimit, { account: userId, clientAddress });
  const codes = await deps.transaction(async (stores) => {
    const account = await lockedWithRecentProof(deps, stores, viewer);
    const now = deps.clock();
    const record = await stores.secondFactors.totpOf(account.id);
    if (!record || record.confirmedAt) throw codeInvalid(['code']);
    const secret = await deps.accountSecrets.open(account.id, record.secret);
    const step = await totpStep({ secret, lastStep: null }, code, now);
    if (step === null) throw codeInvalid(['code']);
    await stores.secondFactors.takeStep(account.id, step);
    await stores.secondFactors.confirmTotp(account.id, now);
    await recordSecurityChange(stores, account, 'TOTP_ENABLED');
    return giveRecoveryCodes(stores, account.id);
  });
  await counted.succeeded();
  return codes;
}

/** Signing in takes no second factor any more; where it took none, nothing changes. */
export const disableTotp = (deps: UsersDeps, viewer: Viewer): Promise<void> =>
  deps.transaction(async (stores) => {
    const account = await lockedWithSecondFactor(deps, stores, viewer);
    if (!(await stores.secondFactors.removeTotp(account.id))) return;
    await recordSecurityChange(stores, account, 'TOTP_DISABLED');
  });

/** Another ten codes that stand in for the app; those of before open nothing any more. */
export const regenerateRecoveryCodes = (deps: UsersDeps, viewer: Viewer): Promise<string[]> =>
  deps.transaction(async (stores) => {
    const account = await lockedWithSecondFactor(deps, stores, viewer);
    const record = await stores.secondFactors.totpOf(account.id);
    if (!record?.confirmedAt) throw totpNotEnabled();
    await recordSecurityChange(stores, account, 'RECOVERY_CODES_REPLACED');
    return giveRecoveryCodes(stores, account.id);
  });

async function giveRecoveryCodes({ secondFactors }: Stores, accountId: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  const digests = codes.map((code) => recoveryCodeDigest(accountId, code));
  await secondFactors.replaceRecoveryCodes(accountId, digests);
  return codes;
}
