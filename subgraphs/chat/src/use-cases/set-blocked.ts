import { badInput, isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { blocked } from '../domain/errors.ts';
import type { Room } from '../domain/room.ts';
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
    const { blocks, events } = stores;
    const changed = on
      ? await blocks.set({ blockerId, blockedId: userId, blockedAt: clock() })
      : await blocks.lift(blockerId, userId);
    if (!changed) return;
    const payload = { userId: blockerId, blockedUserId: userId, on };
    await events.append({ type: 'chat.BlockChanged', stream: userStream(blockerId), payload });
  });
}

/** Throws where one of these people and the viewer block each other, whoever blocks whom. */
export async function assertNotBlocked(
  { blocks }: Pick<Stores, 'blocks'>,
  viewerId: string,
  others: readonly string[],
  path: readonly string[],
): Promise<void> {
  if (others.length > 0 && (await blocks.between(viewerId, others)).length > 0) throw blocked(path);
}

/** The other one of a direct room of two may not want to hear any more. */
export async function assertHeard(
  stores: Pick<Stores, 'blocks'>,
  { directPeople }: Room,
  viewerId: string,
  path: readonly string[],
): Promise<void> {
  if (directPeople?.length !== 2) return;
  const others = directPeople.filter((id) => id !== viewerId);
  await assertNotBlocked(stores, viewerId, others, path);
}
