import { canonicalEmail } from '@souk/runtime/domain';
import { invalidCredentials } from '../domain/errors.ts';
import { canonicalUsername } from '../domain/username.ts';
import type { UsersDeps } from './deps.ts';
import { countLogin, forgetLogins } from './sign-in-limits.ts';
import { openSession, type SignedIn, signedIn } from './signed-in.ts';

export interface LoginInput {
  login: string;
  password: string;
  deviceLabel?: string | null | undefined;
}

/** Signs in. A login that does not exist costs the same work and gets the same answer. */
export async function login(deps: UsersDeps, input: LoginInput): Promise<SignedIn> {
  const { passwords, rateLimit, reads, transaction } = deps;
  const { login: name, deviceLabel = null } = input;
  const by = lookupOf(name);
  const counted = 'username' in by ? by.username : by.emailCanonical;
  const attemptsLeft = await countLogin(rateLimit, counted);

  const found = await reads.accounts.findCredentials(by);
  const isRight = await passwords.verify(found?.passwordHash ?? null, input.password);
  if (!found || !isRight) throw invalidCredentials(attemptsLeft);

  await forgetLogins(rateLimit, counted);
  const userId = found.account.id;
  const newHash = passwords.isOutdated(found.passwordHash)
    ? await passwords.hash(input.password)
    : null;
  const opened = await transaction(async (stores) => {
    if (newHash) await stores.accounts.replacePasswordHash(userId, found.passwordHash, newHash);
    return openSession(deps, stores, { userId, deviceLabel });
  });
  return signedIn(deps, opened);
}

/** Usernames hold no @, so there is never a doubt which one is meant. */
function lookupOf(login: string): { username: string } | { emailCanonical: string } {
  if (!login.includes('@')) return { username: canonicalUsername(login) };
  return { emailCanonical: canonicalEmail(login) ?? login.trim().toLowerCase() };
}
