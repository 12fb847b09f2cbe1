import { roomStream } from '@souk/runtime/events';
import { oneByOne } from '@souk/runtime/process';
import { placeOf } from '../domain/message.ts';
import type { ChatDeps } from './deps.ts';

/** So many messages of a room are deleted in one transaction. */
const AT_ONCE = 200;

/**
 * Deletes what is older than its room keeps it, a lot of each room; resolves to how many. Each has an event like
 * one that somebody deleted, so that nothing of it stays anywhere.
 */
export async function deleteOldMessages({
  transaction,
  reads,
  clock,
}: Pick<ChatDeps, 'transaction' | 'reads' | 'clock'>): Promise<number> {
  const at = clock();
  let deleted = 0;
  await oneByOne(await reads.oldMessages.rooms(at), async (roomId) => {
    deleted += await transaction(async ({ oldMessages, messageEdits, events }) => {
      const old = await oldMessages.takeOf(roomId, at, AT_ONCE);
      for (const { id } of old) await messageEdits.erase(id, { userId: null, at });
      await events.appendAll(
        old.map((message) => ({
          type: 'chat.MessageDeleted' as const,
          stream: roomStream(roomId),
          payload: { ...placeOf(message), deletedBy: null },
        })),
      );
      return old.length;
    });
  });
  return deleted;
}
