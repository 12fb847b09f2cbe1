import { badInput, checkEach, isIdOf, notFound } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import type { Actor, NotificationsDeps } from './deps.ts';

/** More at once is done by a cursor. */
const MAX_IDS = 100;

export interface MarkReadInput {
  ids?: readonly string[] | null | undefined;
  upTo?: string | null | undefined;
}

/** Marks notices as read, these or all up to a cursor; resolves to the ids that were unread. */
export async function markNotificationsRead(
  { transaction, live, clock }: NotificationsDeps,
  { userId }: Actor,
  { ids, upTo }: MarkReadInput,
): Promise<string[]> {
  if ((ids == null) === (upTo == null)) throw badInput('Give `ids` or `upTo`.', ['ids']);
  if (ids != null && ids.length > MAX_IDS) throw badInput(`At most ${MAX_IDS} at once.`, ['ids']);
  const stream = userStream(userId);
  const upToSequence = upTo == null ? null : live.sequenceOf(stream, upTo, ['upTo']);
  return transaction(async ({ notifications, events }) => {
    if (ids != null) {
      const wellFormed = ids.filter((id) => isIdOf('ntf', id));
      const own = new Set((await notifications.findOwn(userId, wellFormed)).map(({ id }) => id));
      checkEach(ids, (id, index) => {
        if (!own.has(id)) throw notFound('Notification', ['ids', index]);
      });
    }
    const which = upToSequence === null ? { ids: ids ?? [] } : { upToSequence };
    const read = await notifications.markRead(userId, which, clock());
    if (read.length > 0) {
      await events.append({
        type: 'notifications.NotificationsRead',
        stream,
        payload: { userId, ids: read },
      });
    }
    return read;
  });
}
