import { canonicalEmail } from '@souk/runtime/domain';
import { invalidCredentials } from '../domain/errors.ts';
import type { SeenFrom } from '../domain/session.ts';
import { canonicalUsername } from '../domain/username.ts';
import type { UsersDeps } from './deps.ts';
import { firstFactorDone, type SignInOutcome, signInOutcome } from './first-factor.ts';
import { knownDevice } from './known-device.ts';
import { countLogin } from './sign-in-limits.ts';

export interface LoginInput {
  login: string;
  password: string;
  deviceLabel?: string | null | undefined;
  deviceToken?: string | null | undefined;
}

/** Signs in. A login that does not exist costs the same work and gets the same answer. */
export async function login(
  deps: UsersDeps,
  input: LoginInput,
  from: SeenFrom,
): Promise<SignInOutcome> {
  const { passwords, rateLimit, reads, transaction } = deps;
  const { login: name, deviceLabel = null } = input;
  const by = lookupOf(name);
  const found = await reads.accounts.findCredentials(by);
  const account = found?.account.id ?? null;
  const device = account && (await knownDevice(deps, account, input.deviceToken));
  const counted = await countLogin(rateLimit, {
    login: 'username' in by ? by.username : by.emailCanonical,
    ...{ account, device, clientAddress: from.ip },
  });

  const hash = counted.isSpent ? null : (found?.passwordHash ?? null);
  const isRight = await passwords.verify(hash, input.password);
  if (!found || !isRight) throw invalidCredentials(counted.attemptsLeft);

  await counted.succeeded();
  const userId = found.account.id;
  const oldHash = found.passwordHash;
  const isOutdated = oldHash !== null && passwords.isOutdated(oldHash);
  const newHash = isOutdated ? await passwords.hash(input.password) : null;
  const outcome = await transaction(async (stores) => {
    // Behind the lock that a change of password takes: the old one opens no session once it is changed.
    const isLocked = (await stores.accounts.lock(userId)) !== null;
    if (!isLocked || !(await stores.accounts.hasPasswordHash(userId, oldHash))) {
      throw invalidCredentials(counted.attemptsLeft);
    }
    if (oldHash && newHash) await stores.accounts.replacePasswordHash(userId, oldHash, newHash);
    return firstFactorDone(deps, stores, { userId, deviceLabel, by: ['PASSWORD'], from });
  });
  const answer = await signInOutcome(deps, outcome);
  if (!answer) throw invalidCredentials(counted.attemptsLeft);
  return answer;
}

/** Usernames hold no @, so there is never a doubt which one is meant. */
function lookupOf(login: string): { username: string } | { emailCanonical: string } {
  if (!login.includes('@')) return { username: canonicalUsername(login) };
  const text = login.normalize('NFKC').trim();
  return { emailCanonical: canonicalEmail(text) ?? text.toLowerCase() };
}
