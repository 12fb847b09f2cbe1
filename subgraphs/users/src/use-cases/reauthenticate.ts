import { unauthenticated, type Viewer } from '@souk/runtime/domain';
import { invalidCredentials } from '../domain/errors.ts';
import type { Session } from '../domain/session.ts';
import type { AuthMethod } from '../domain/step-up.ts';
import type { UsersDeps } from './deps.ts';
import { openSessionOf } from './recent-proof.ts';
import { countSignIn } from './sign-in-limits.ts';

/** What proves who one is. */
export interface ProofInput {
  readonly password?: string | null | undefined;
}

/** Proves anew who the viewer is; the session counts as fresh from now on. */
export async function reauthenticate(
  deps: UsersDeps,
  viewer: Viewer,
  proof: ProofInput,
  clientAddress: string | null,
): Promise<Session> {
  const by = await prove(deps, viewer.userId, proof, clientAddress);
  return deps.transaction(async (stores) => {
    const now = deps.clock();
    const session = await openSessionOf(stores, viewer, now);
    return stores.sessions.markAuthenticated(session.id, by, now);
  });
}

async function prove(
  { passwords, rateLimit, reads }: UsersDeps,
  userId: string,
  { password }: ProofInput,
  clientAddress: string | null,
): Promise<AuthMethod> {
  const found = await reads.accounts.findCredentials({ id: userId });
  if (!found) throw unauthenticated();
  const counted = await countSignIn(rateLimit, { account: userId, clientAddress, device: null });
  const isRight = await passwords.verify(found.passwordHash, password ?? '');
  if (!isRight) throw invalidCredentials(counted.attemptsLeft);
  await counted.succeeded();
  return 'PASSWORD';
}
