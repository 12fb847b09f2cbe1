import { DAY_MS } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { workThrough } from '@souk/runtime/process';
import { removeFiles } from '../media/remove-files.ts';
import { erasure } from '../persistence/erasure.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded, endSessions } from './end-sessions.ts';

/** Days in which nobody gets the username or the address of an account that is gone. */
export const NAMES_RETIRED_DAYS = 90;

type Erasing = Pick<
  UsersDeps,
  'reads' | 'transaction' | 'files' | 'endedSessions' | 'clock' | 'logger'
>;

/** Erases the accounts whose grace is over; resolves to how many it found. */
export const eraseDueAccounts = (deps: Erasing, stopping?: AbortSignal): Promise<number> =>
  workThrough({
    read: (limit) => deps.reads.accounts.dueForErasure(deps.clock(), limit),
    work: (id) => eraseAccount(deps, id),
    stopping,
  });

/**
 * Ends the sessions of an account, removes what belongs to it, and leaves of its row only that it was
 * there, so that what others keep under its id shows nobody. Tells every other subgraph to do the same.
 */
async function eraseAccount(deps: Erasing, id: string): Promise<void> {
  const { reads, files, transaction, clock } = deps;
  const { ended, fileIds } = await transaction(async (stores) => {
    const now = clock();
    const account = await stores.accounts.lock(id);
    // Its owner may have thought better of it in the meantime.
    if (!account?.deletionDueAt || account.deletionDueAt > now) return { ended: [], fileIds: [] };
    const sessions = await endSessions(stores, { accountId: id }, 'ACCOUNT_DELETED', now);
    // Their rows go with the rest; what is open in their name ends as with a session.
    const ended = [...sessions, ...(await stores.apiKeys.revokeAllOf(id, now))];
    const namesUntil = new Date(now.getTime() + NAMES_RETIRED_DAYS * DAY_MS);
    // Whoever makes one locks the account. What is left of them here is removed as abandoned uploads are.
    const fileIds = await stores.media.rejectAllOf(id, 'Its owner deleted their account.');
    await stores.accounts.erase(account, now, namesUntil);
    for (const rule of erasure.rules)
      while (await stores.eraseSome(rule, { userId: id, sequence: 0 })) {}
    await stores.events.append({
      type: 'users.UserErased',
      stream: userStream(id),
      payload: { userId: id },
    });
    return { ended, fileIds };
  });
  await announceEnded(deps, ended);
  await removeFiles({ media: reads.media, files }, fileIds);
}
