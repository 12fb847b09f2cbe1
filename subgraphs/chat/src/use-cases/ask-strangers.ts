import { type TransactionTools, userStream } from '@souk/runtime/events';
import type { Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';
import { assertNoneBlocked } from './set-blocked.ts';

/** The people somebody wants in a room, by how they stand to each other. */
export interface WantedPeople {
  /** They are added at once. */
  acquainted: string[];
  /** They are asked. */
  strangers: string[];
  /** They block the viewer: no request is sent, but it looks as if they were asked. */
  unwilling: string[];
}

/** Throws when the viewer blocks somebody themselves. */
export async function howTheyStand(
  { config }: Pick<ChatDeps, 'config'>,
  stores: Pick<Stores, 'blocks' | 'participants'>,
  viewerId: string,
  { others, roomId, path }: { others: readonly string[]; roomId: string; path: readonly string[] },
): Promise<WantedPeople> {
  if (others.length === 0) return { acquainted: [], strangers: [], unwilling: [] };
  await assertNoneBlocked(stores, viewerId, others, path);
  const unwilling = new Set(await stores.blocks.blocking(viewerId, others));
  const unknown = config.strangersAsk
    ? await stores.participants.strangersAmong(viewerId, others, roomId)
    : [];
  const strangers = new Set(unknown.filter((id) => !unwilling.has(id)));
  return {
    acquainted: others.filter((id) => !unwilling.has(id) && !strangers.has(id)),
    strangers: [...strangers],
    unwilling: [...unwilling],
  };
}

/** Asks people who do not know the viewer; resolves to all who appear to have been asked. */
export async function askStrangers(
  { requests, events }: Pick<Stores, 'requests'> & TransactionTools,
  { id: roomId, kind }: Pick<Room, 'id' | 'kind'>,
  { strangers, unwilling }: Pick<WantedPeople, 'strangers' | 'unwilling'>,
  { by, at }: { by: string; at: Date },
): Promise<string[]> {
  const asked = await requests.ask({ roomId, userIds: strangers, by, at });
  const unasked = await requests.ask({ roomId, userIds: unwilling, by, at, declinedAt: at });
  await events.appendAll(
    asked.map((userId) => ({
      type: 'chat.RoomRequested' as const,
      stream: userStream(userId),
      payload: { roomId, userId, requestedById: by, kind },
    })),
  );
  return [...asked, ...unasked];
}

/** Withdraws pending requests; people's devices show them no longer. */
export async function withdrawRequest(
  { requests, events }: Pick<Stores, 'requests'> & TransactionTools,
  roomId: string,
  userId: string,
): Promise<void> {
  if (await requests.withdraw(roomId, userId))
    await announceRequestsClosed({ events }, roomId, [userId]);
}

/** Withdraws what these people asked of anybody in the room. */
export async function withdrawRequestsBy(
  { requests, events }: Pick<Stores, 'requests'> & TransactionTools,
  roomId: string,
  requesterIds: readonly string[],
): Promise<void> {
  const asked = await requests.withdrawBy(roomId, requesterIds);
  await announceRequestsClosed({ events }, roomId, asked);
}

/** The people come in the order of their ids, in which their streams are locked. */
export async function announceRequestsClosed(
  { events }: Pick<TransactionTools, 'events'>,
  roomId: string,
  userIds: readonly string[],
): Promise<void> {
  await events.appendAll(
    userIds.map((userId) => ({
      type: 'chat.RoomRequestClosed' as const,
      stream: userStream(userId),
      payload: { roomId, userId },
    })),
  );
}
