import type { TransactionTools } from '@souk/runtime/events';
import type { Telling } from '../domain/room.ts';
import type { RoomBan } from '../domain/room-entry.ts';
import type { Stores } from '../persistence/stores.ts';
import { withdrawRequest } from './ask-strangers.ts';
import { takeOut } from './change-participants.ts';

/**
 * Removes and bans somebody, even if a request to them is still pending. Called under `bans.lock`, so that
 * nobody lets them in at the same moment. What a report decides adds nothing to a ban that never ends: then the ban
 * stays as it is, and does not end with the decision. It replaces a timed ban, of which nothing is kept.
 */
export async function shutOut(
  stores: Pick<Stores, 'bans' | 'participants' | 'requests' | 'rooms' | 'systemMessages'> &
    TransactionTools,
  ban: RoomBan,
  telling: Telling,
): Promise<RoomBan> {
  const { roomId, userId, reportId, createdAt } = ban;
  const [standing] = reportId === null ? [] : await stores.bans.among(roomId, [userId], createdAt);
  const kept = standing?.until === null ? standing : await stores.bans.put(ban);
  await withdrawRequest(stores, roomId, userId);
  await takeOut(stores, [roomId], [userId], { areBanned: true, telling });
  return kept;
}
