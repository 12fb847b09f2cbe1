import { badInput, isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import { mostMessages } from '../domain/contact.ts';
import { blocked, contactRefused } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { isAmongThemselves, type Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';
import { assertKnownPeople } from './room-access.ts';

/** Blocks or unblocks somebody; a change that changes nothing has no effect. */
export async function setBlocked(
  { transaction, clock }: ChatDeps,
  { userId: blockerId }: Viewer,
  { userId, on }: { userId: string; on: boolean },
): Promise<void> {
  if (!isIdOf('usr', userId)) throw notFound('User', ['userId']);
  if (userId === blockerId) throw badInput('You cannot block yourself.', ['userId']);
  await transaction(async (stores) => {
    await assertKnownPeople(stores, [userId], ['userId']);
    if (on) await block(stores, blockerId, userId, clock());
    else if (await stores.blocks.lift(blockerId, userId))
      await announceBlock(stores, blockerId, userId, on);
  });
}

type Tools = Pick<Stores, 'blocks'> & TransactionTools;

/** A change that changes nothing is not announced. */
export async function block(
  tools: Tools,
  blockerId: string,
  blockedId: string,
  blockedAt: Date,
): Promise<void> {
  const isNew = await tools.blocks.set({ blockerId, blockedId, blockedAt });
  if (isNew) await announceBlock(tools, blockerId, blockedId, true);
}

async function announceBlock(
  { events }: Tools,
  userId: string,
  blockedUserId: string,
  on: boolean,
): Promise<void> {
  const payload = { userId, blockedUserId, on };
  await events.append({ type: 'chat.BlockChanged', stream: userStream(userId), payload });
}

/** Throws when the viewer blocks one of these people. */
export async function assertNoneBlocked(
  { blocks }: Pick<Stores, 'blocks'>,
  viewerId: string,
  others: readonly string[],
  path: readonly string[],
): Promise<void> {
  if ((await blocks.blockedBy(viewerId, others)).length > 0) throw blocked(path);
}

/**
 * Throws when the others of a room do not hear the viewer: then existing messages cannot be used to say more,
 * either.
 */
export async function assertHeard(
  stores: Pick<Stores, 'rooms' | 'systemMessages'>,
  { message, room }: { message: Pick<Message, 'sequence' | 'threadRootId'>; room: Room },
  viewerId: string,
  path: readonly string[],
): Promise<void> {
  const most = await mostMessagesIn(stores, room, viewerId, path);
  if (most === null) return;
  // Nor do they have threads with people they have not agreed to hear from.
  if (message.threadRootId !== null) throw contactRefused(path);
  // Messages that the room itself generated are not counted.
  const ofRoom = await stores.systemMessages.countUpTo(room.id, message.sequence);
  if (message.sequence - ofRoom > most) throw contactRefused(path);
}

/**
 * How many messages a room may have including the viewer's next one, by its current state (`mostMessages`).
 */
export async function mostMessagesIn(
  { rooms }: Pick<Stores, 'rooms'>,
  room: Room,
  viewerId: string,
  path: readonly string[],
): Promise<number | null> {
  if (!isAmongThemselves(room)) return null;
  return mostMessages(room, viewerId, await rooms.contactOf(room.id, viewerId), path);
}
