import { badInput, isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import { blocked, contactRefused } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { MESSAGES_BEFORE_ANSWER, type Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';
import { assertKnownPeople } from './room-access.ts';

/** Hears from somebody no longer, or again; what is so already stays so. */
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

/** What is so already stays so, untold. */
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

/** Throws where the viewer blocks one of these people. */
export async function assertNoneBlocked(
  { blocks }: Pick<Stores, 'blocks'>,
  viewerId: string,
  others: readonly string[],
  path: readonly string[],
): Promise<void> {
  if ((await blocks.blockedBy(viewerId, others)).length > 0) throw blocked(path);
}

/** Throws for whom the others of a room do not hear: nothing more is said by what was said before, either. */
export async function assertHeard(
  stores: Pick<Stores, 'blocks' | 'participants' | 'requests' | 'systemMessages'>,
  { message, room }: { message: Pick<Message, 'sequence' | 'threadRootId'>; room: Room },
  viewerId: string,
  path: readonly string[],
): Promise<void> {
  const most = await mostMessagesIn(stores, room, viewerId, path);
  if (most === null) return;
  // Nor do they have threads with whom they have not agreed to hear.
  if (message.threadRootId !== null) throw contactRefused(path);
  // What the room told of itself up to there is none of theirs.
  const ofRoom = await stores.systemMessages.countUpTo(room.id, message.sequence);
  if (message.sequence - ofRoom > most) throw contactRefused(path);
}

/**
 * How many messages a room may have with the viewer's next one; null for any number. Where nobody but the viewer has
 * agreed to be, strangers are written to a few times. Throws for whom the other one of a direct room blocks.
 */
export async function mostMessagesIn(
  stores: Pick<Stores, 'blocks' | 'participants' | 'requests'>,
  { id, kind, directPeople }: Room,
  viewerId: string,
  path: readonly string[],
): Promise<number | null> {
  if (kind === 'PRIVATE') {
    if (await stores.participants.areMoreThan(1, id)) return null;
    return (await stores.requests.isAnyPending(id)) ? MESSAGES_BEFORE_ANSWER : null;
  }
  const others = directPeople?.filter((person) => person !== viewerId) ?? [];
  if (others.length === 0) return null;
  const areTwo = others.length === 1;
  if (areTwo) await assertNoneBlocked(stores, viewerId, others, path);
  const present = await stores.participants.presentAmong(id, others);
  if (present.length === 0) return MESSAGES_BEFORE_ANSWER;
  const isBlocked = areTwo && (await stores.blocks.blocking(viewerId, others)).length > 0;
  if (isBlocked) throw contactRefused(path);
  return null;
}
