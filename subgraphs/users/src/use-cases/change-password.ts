import { unauthenticated } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import type { Account } from '../domain/account.ts';
import { commonPassword } from '../domain/errors.ts';
import { assertAcceptablePassword } from '../domain/password-rules.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';
import { endSessions } from './end-sessions.ts';
import { recordSecurityChange } from './record-security-change.ts';

/** The hash of a password that this account may choose; throws `WeakPasswordError` with the reason. */
export async function acceptedPasswordHash(
  {
    reads,
    passwords,
    passwordStrength,
  }: Pick<UsersDeps, 'reads' | 'passwords' | 'passwordStrength'>,
  userId: string,
  password: string,
  path: readonly string[],
): Promise<string> {
  const [owner] = await reads.accounts.findMany([userId]);
  if (!owner) throw unauthenticated();
  assertAcceptablePassword(password, owner, path);
  const weakness = await passwordStrength.weaknessOf(password);
  if (weakness) throw commonPassword(weakness, path);
  return passwords.hash(password);
}

/**
 * Sets the password in the surrounding transaction, ends the sessions that were opened before (but one,
 * where it is its owner who asks) and voids the codes under way; gives the sessions that ended.
 */
export async function changePassword(
  stores: Stores & TransactionTools,
  { account, passwordHash, keep }: { account: Account; passwordHash: string; keep: string | null },
  now: Date,
): Promise<string[]> {
  const { id: userId } = account;
  await stores.accounts.setPassword(userId, passwordHash, now);
  await stores.challenges.voidAllOf(userId, now);
  const of = keep === null ? { accountId: userId } : { accountId: userId, except: keep };
  const ended = await endSessions(stores, of, 'PASSWORD_CHANGED', now);
  await recordSecurityChange(stores, account, 'PASSWORD_SET');
  return ended;
}
