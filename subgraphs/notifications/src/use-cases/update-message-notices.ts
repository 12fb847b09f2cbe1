import { DELETED } from '../persistence/message-change-store.ts';
import { announceEach } from './announce-each.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { PEOPLE_AT_ONCE } from './notify.ts';

export interface MessageNoticesChange {
  roomId: string;
  messageId: string;
  /**
   * The place in the room's stream at which it was posted: people who were there then were notified of it.
   */
  postSequence: number;
  /** Its current text, and the number of that edit; null once it was deleted. */
  edit: { revision: number; excerpt: string } | null;
}

/**
 * The notices of a message change with it, and so do waiting mails, which say what their notices say. Many
 * people are processed in parts; returns where the next one starts.
 */
export async function updateMessageNotices(
  { clock, newId }: NotifyDeps,
  stores: TransactionStores,
  { roomId, messageId, postSequence, edit }: MessageNoticesChange,
  from: string | undefined,
): Promise<string | undefined> {
  const { rooms, messageChanges, messageNotices, pushes } = stores;
  await rooms.lock(roomId);
  const at = clock();
  const { revision, excerpt } = edit ?? { revision: DELETED, excerpt: null };
  if (!(await messageChanges.note({ id: messageId, revision, excerpt, at }))) return undefined;
  const page = { after: from ?? null, limit: PEOPLE_AT_ONCE };
  const present = await rooms.presentAt(roomId, postSequence, page);
  const changed =
    excerpt === null
      ? await messageNotices.withdraw(messageId, present, at)
      : await messageNotices.setExcerpt(messageId, present, excerpt);
  await announceEach(stores, 'notifications.NotificationChanged', changed);
  if (excerpt === null && changed.length > 0) {
    const userIds = changed.map(({ userId }) => userId);
    await pushes.withdraw(userIds, { newId: () => newId('psh'), at });
  }
  return present.length < PEOPLE_AT_ONCE ? undefined : present.at(-1);
}
