import type { Stores } from '../persistence/stores.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';

/** What an account did in this transaction that others did not ask for. */
export interface Contact {
  openedRooms: number;
  /** The users it brought into a room, who were not in it before. */
  brought: readonly string[];
  roomId: string;
}

/** Counts it, and throws `RATE_LIMITED` when it was too much, which rolls it back. */
export async function countContact(
  deps: Pick<ChatDeps, 'config' | 'clock'>,
  stores: Pick<Stores, 'quotas' | 'participants'>,
  userId: string,
  { openedRooms, brought, roomId }: Contact,
): Promise<void> {
  await countUse(deps, stores, userId, { rule: 'rooms', points: openedRooms });
  const others = brought.filter((id) => id !== userId);
  if (others.length === 0) return;
  const strangers = await stores.participants.strangersAmong(userId, others, roomId);
  await countUse(deps, stores, userId, { rule: 'strangers', points: strangers.length });
}
