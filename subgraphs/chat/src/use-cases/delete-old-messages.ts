import { roomStream } from '@souk/runtime/events';
import { oneByOne } from '@souk/runtime/process';
import { placeOf } from '../domain/message.ts';
import type { ChatDeps } from './deps.ts';

/** Messages of a room deleted in one transaction. */
const AT_ONCE = 200;

type Deps = Pick<ChatDeps, 'transaction' | 'reads' | 'clock'>;

/**
 * Deletes messages older than their rooms keep them, until none is left or the signal aborts; resolves to
 * their number. Each has an event like one that a person deleted, so that nothing of it stays anywhere. Rooms
 * take turns, so one with many old messages does not delay others.
 */
export async function deleteOldMessages(deps: Deps, stopping?: AbortSignal): Promise<number> {
  const at = deps.clock();
  let deleted = 0;
  const failures: unknown[] = [];
  let rooms = await deps.reads.oldMessages.rooms(at);
  while (rooms.length > 0 && !stopping?.aborted) {
    const unfinished: string[] = [];
    const turn = oneByOne(rooms, async (roomId) => {
      const { count, isMore } = await deleteSome(deps, roomId, at);
      deleted += count;
      if (isMore) unfinished.push(roomId);
    });
    await turn.catch((error) => failures.push(error));
    rooms = unfinished;
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some could not be deleted.');
  return deleted;
}

const deleteSome = (
  { transaction }: Deps,
  roomId: string,
  at: Date,
): Promise<{ count: number; isMore: boolean }> =>
  transaction(async ({ oldMessages, messageEdits, events }) => {
    const { old, isMore } = await oldMessages.takeOf(roomId, at, AT_ONCE);
    for (const { id } of old) await messageEdits.erase(id, { userId: null, at });
    await events.appendAll(
      old.map((message) => ({
        type: 'chat.MessageDeleted' as const,
        stream: roomStream(roomId),
        payload: { ...placeOf(message), deletedBy: null },
      })),
    );
    return { count: old.length, isMore };
  });
