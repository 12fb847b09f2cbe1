import { codeInvalid } from '../domain/errors.ts';
import type { SeenFrom } from '../domain/session.ts';
import { answeredChallenge, type EmailCodeInput, useMailedCode } from './answer-challenge.ts';
import type { UsersDeps } from './deps.ts';
import { firstFactorDone, type SignInOutcome, signInOutcome } from './first-factor.ts';

export interface SignInWithCodeInput extends EmailCodeInput {
  readonly deviceLabel?: string | null | undefined;
}

/** Signs in whoever reads the mail of the account's address. */
export async function signInWithCode(
  deps: UsersDeps,
  { deviceLabel = null, ...code }: SignInWithCodeInput,
  from: SeenFrom,
): Promise<SignInOutcome> {
  const challenge = await answeredChallenge(deps, code, 'SIGN_IN');
  const { accountId: userId } = challenge;
  if (userId === null) throw codeInvalid(['input', 'code']);
  const outcome = await deps.transaction(async (stores) => {
    // First, as a change of password does, which voids the codes under way.
    const account = await stores.accounts.lock(userId);
    await useMailedCode(stores, challenge, account, deps.clock());
    return firstFactorDone(deps, stores, { userId, deviceLabel, by: ['EMAIL_CODE'], from });
  });
  const answer = await signInOutcome(deps, outcome);
  if (!answer) throw codeInvalid(['input', 'code']);
  return answer;
}
