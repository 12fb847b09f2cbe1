import { userStream } from '@souk/runtime/events';
import { codeInvalid } from '../domain/errors.ts';
import type { SeenFrom } from '../domain/session.ts';
import { parseUsername } from '../domain/username.ts';
import { answeredChallenge, type EmailCodeInput, useChallenge } from './answer-challenge.ts';
import type { UsersDeps } from './deps.ts';
import { insertNewAccount } from './insert-new-account.ts';
import type { PendingRegistration } from './register-user.ts';
import { openSession, type SignedIn, signedIn } from './signed-in.ts';

export interface ConfirmRegistrationInput extends EmailCodeInput {
  /** Instead of the one asked for first, should somebody else have taken it meanwhile. */
  readonly username?: string | null | undefined;
  readonly deviceLabel?: string | null | undefined;
}

/** Opens the account that was asked for, with its address confirmed, and signs it in. */
export async function confirmRegistration(
  deps: UsersDeps,
  { username, deviceLabel = null, ...code }: ConfirmRegistrationInput,
  from: SeenFrom,
): Promise<SignedIn> {
  const other = username == null ? null : parseUsername(username, ['input', 'username']);
  const challenge = await answeredChallenge(deps, code, 'REGISTRATION');
  const person = challenge.data as unknown as PendingRegistration;
  const opened = await deps.transaction(async (stores) => {
    const now = deps.clock();
    // Rolled back with the rest when the username was taken: the code then answers once more.
    await useChallenge(stores, challenge, now);
    const { id, registered } = await insertNewAccount(deps, stores, {
      ...person,
      username: other ?? person.username,
      emailVerifiedAt: now,
    });
    const stream = userStream(id);
    await stores.events.append({ type: 'users.UserRegistered', stream, payload: registered });
    const payload = { userId: id, email: person.email.canonical };
    await stores.events.append({ type: 'users.EmailVerified', stream, payload });
    return openSession(deps, stores, { userId: id, deviceLabel, by: ['EMAIL_CODE'], from });
  });
  const answer = await signedIn(deps, opened);
  if (!answer) throw codeInvalid(['input', 'code']);
  return answer;
}
