import { DomainError, idempotencyKeyReused } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { checkedRegistration, type RegistrationInput } from '../domain/registration.ts';
import { isOpen } from '../domain/session.ts';
import type { UsersDeps } from './deps.ts';
import { insertNewAccount } from './insert-new-account.ts';
import { countRegistration, withinTellingLimit } from './sign-in-limits.ts';
import {
  giveRefreshToken,
  type OpenedSession,
  openSession,
  type SignedIn,
  signedIn,
} from './signed-in.ts';

export interface RegisterUserInput extends RegistrationInput {
  idempotencyKey?: string | null | undefined;
}

/** Whether a failure says that somebody has an account. */
const tells = (error: unknown) => error instanceof DomainError && error.code === 'EMAIL_TAKEN';

/** A new account, signed in; `replayed` when the idempotency key was used before. */
export interface Registered extends SignedIn {
  readonly replayed: boolean;
}

/** Opens an account and its first session; notifications sends the mail with the token. */
export async function registerUser(
  deps: UsersDeps,
  input: RegisterUserInput,
  clientAddress: string | null,
): Promise<Registered> {
  const { transaction, rateLimit } = deps;
  const { idempotencyKey: key, password } = input;
  const weakness = await deps.passwordStrength.weaknessOf(password);
  const { deviceLabel, ...person } = checkedRegistration(input, weakness);
  // Before the transaction, which would otherwise keep a connection while this waits for its turn.
  const passwordHash = await deps.passwords.hash(password);

  const first: { session?: OpenedSession } = {};
  const register = () =>
    transaction(async (stores) => {
      // The password is no part of what the key stands for: no plain digest of it may be kept.
      const request = { scope: 'registerUser', key, input: { ...person, deviceLabel } };
      return stores.idempotency.once(request, async () => {
        await countRegistration(rateLimit, { email: person.email.canonical, clientAddress });
        const account = await insertNewAccount(deps, stores, { ...person, passwordHash });
        await stores.events.append({
          type: 'users.UserRegistered',
          stream: userStream(account.id),
          payload: account.registered,
        });
        const session = await openSession(deps, stores, {
          ...{ userId: account.id, deviceLabel, by: ['PASSWORD'] },
        });
        first.session = session;
        return { userId: account.id, sessionId: session.sessionId };
      });
    });
  const { result, replayed } = await withinTellingLimit(rateLimit, clientAddress, tells, register);
  const session =
    !replayed && first.session
      ? first.session
      : await joinFirstSession(deps, { ...result, password, deviceLabel });
  const answer = await signedIn(deps, session);
  if (!answer) throw idempotencyKeyReused();
  return { ...answer, replayed };
}

/**
 * Tokens are not stored, so a repeat gets tokens of its own for the first session. It has to bring
 * the first password: a key alone, read somewhere, opens nothing.
 */
async function joinFirstSession(
  deps: UsersDeps,
  first: { userId: string; sessionId: string; password: string; deviceLabel: string | null },
): Promise<OpenedSession> {
  const credentials = await deps.reads.accounts.findCredentials({ id: first.userId });
  const passwordHash = credentials?.passwordHash ?? null;
  if (!(await deps.passwords.verify(passwordHash, first.password))) throw idempotencyKeyReused();
  return deps.transaction(async (stores) => {
    const session = await stores.sessions.find(first.sessionId);
    const now = deps.clock();
    return session && isOpen(session, now)
      ? giveRefreshToken(session, stores, now)
      : openSession(deps, stores, { ...first, by: ['PASSWORD'] });
  });
}
