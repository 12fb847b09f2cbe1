import { badInput, checkEach, isIdOf, notFound } from '@souk/runtime/domain';
import { MOST_NAMED } from '../domain/notification.ts';
import type { TransactionStores } from './deps.ts';

/** Refuses ids that are not notices of the person, each with its place, and too many ids. */
export async function assertOwn(
  { notifications }: Pick<TransactionStores, 'notifications'>,
  userId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length > MOST_NAMED) {
    throw badInput(`At most ${MOST_NAMED} at once.`, ['notificationIds']);
  }
  const wellFormed = ids.filter((id) => isIdOf('ntf', id));
  const found = wellFormed.length > 0 ? await notifications.findOwn(userId, wellFormed) : [];
  const own = new Set(found.map(({ id }) => id));
  checkEach(ids, (id, index) => {
    if (!own.has(id)) throw notFound('Notification', ['notificationIds', index]);
  });
}
