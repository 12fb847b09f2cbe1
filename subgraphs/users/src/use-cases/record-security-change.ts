import { type PayloadOf, type TransactionTools, userStream } from '@souk/runtime/events';

/**
 * Records that what an account is signed in with was changed: its owner is mailed, at the address of
 * before the change, and clients that follow the account read it again.
 */
export const recordSecurityChange = (
  { events }: Pick<TransactionTools, 'events'>,
  { id: userId, email }: { readonly id: string; readonly email: string },
  change: PayloadOf<'users.SecurityChanged'>['change'],
) =>
  events.append({
    type: 'users.SecurityChanged',
    stream: userStream(userId),
    payload: { userId, change, email },
  });
