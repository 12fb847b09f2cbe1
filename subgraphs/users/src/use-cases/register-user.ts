import { usernameTaken } from '../domain/errors.ts';
import { checkedRegistration, type RegistrationInput } from '../domain/registration.ts';
import { askForCode, type EmailChallenge } from './ask-for-code.ts';
import type { UsersDeps } from './deps.ts';
import { freeAlternative } from './insert-new-account.ts';
import { countCodeMail } from './sign-in-limits.ts';

/** What is kept of a registration until its address is confirmed. */
export interface PendingRegistration {
  readonly email: { readonly written: string; readonly canonical: string };
  readonly username: string;
  readonly displayName: string;
  readonly locale: string | null;
  readonly passwordHash: string;
}

/**
 * Asks whoever registers for the code of a mail. An address that has an account is answered the same
 * and costs the same; only its owner is notified, by the mail. Usernames are public, so a taken one is said.
 */
export async function registerUser(
  deps: UsersDeps,
  { password, ...input }: RegistrationInput,
  clientAddress: string | null,
): Promise<EmailChallenge> {
  const weakness = await deps.passwordStrength.weaknessOf(password);
  const person = checkedRegistration({ ...input, password }, weakness);
  const { email, username } = person;
  await countCodeMail(deps.rateLimit, { email: email.canonical, clientAddress });
  // Before the transaction, which would otherwise keep a connection while this waits for its turn.
  const passwordHash = await deps.passwords.hash(password);
  return deps.transaction(async (stores) => {
    if (await stores.accounts.usernameIsTaken(username))
      throw usernameTaken(await freeAlternative(stores.accounts, username));
    const answerable = !(await stores.accounts.emailIsTaken(email.canonical));
    const pending: PendingRegistration = { ...person, passwordHash };
    return askForCode(deps, stores, {
      purpose: 'REGISTRATION',
      email,
      accountId: null,
      answerable,
      data: { ...pending },
    });
  });
}
