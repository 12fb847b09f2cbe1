import { userStream } from '@souk/runtime/events';
import { tokenExpired, tokenInvalid } from '../domain/errors.ts';
import type { UsersDeps } from './deps.ts';

/** Confirms the address a token was made for; returns whose. Doing it twice changes nothing. */
export async function verifyEmail(
  { transaction, verificationTokens, clock }: UsersDeps,
  token: string,
): Promise<string> {
  const now = clock();
  const address = await verificationTokens.open(token, now);
  if (address === 'expired') throw tokenExpired('token');
  if (address === 'invalid') throw tokenInvalid('token');
  const { userId, email } = address;
  await transaction(async ({ accounts, events }) => {
    const verified = await accounts.verifyEmail(userId, email, now);
    // The account is gone, or has another address by now.
    if (!verified) throw tokenInvalid('token');
    if (verified === 'again') return;
    await events.append({
      type: 'users.EmailVerified',
      stream: userStream(userId),
      payload: { userId, email },
    });
  });
  return userId;
}
