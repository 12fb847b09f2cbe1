import { ASKING_KINDS, mayAnswer } from '../domain/answering.ts';
import type { GroupStanding } from '../persistence/group-standing-store.ts';
import { announceRead } from './announce-read.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';

export type ChangedStanding = GroupStanding;

/**
 * A person's role in a group changed. Notices of what they were asked there, and others decide now, are
 * marked as read; those that wait to be mailed are held back when their time comes.
 */
export async function followStanding(
  deps: NotifyDeps,
  stores: TransactionStores,
  standing: ChangedStanding,
): Promise<void> {
  const at = deps.clock();
  if (!(await stores.groupStandings.keep(standing, at))) return;
  const { userId, groupId, role } = standing;
  const kinds = ASKING_KINDS.filter((kind) => !mayAnswer(kind, role));
  if (kinds.length === 0) return;
  const read = await stores.notifications.markRead(userId, { kinds, askedIn: groupId }, at);
  await announceRead(deps, stores, userId, read);
}
