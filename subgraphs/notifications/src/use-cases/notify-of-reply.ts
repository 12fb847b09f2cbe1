import { isMuted, wantsKind } from '../domain/room-preference.ts';
import type { RoomMessage } from '../persistence/room-store.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { notify } from './notify.ts';
import { settledFor } from './settle-subjects.ts';

/** A message in a thread. */
export type Reply = RoomMessage & { threadId: string };

/** The people whom a reply may concern, without its author. */
export const concernedBy = ({ mentioned, followerIds, authorId }: RoomMessage): string[] =>
  [...new Set([...mentioned, ...followerIds])].filter((id) => id !== authorId);

/**
 * Notifies those of these people who follow a thread of a reply in it, and those mentioned in it of the
 * mention.
 */
export async function notifyOfReply(
  deps: NotifyDeps,
  stores: TransactionStores,
  reply: Reply,
  userIds: readonly string[],
): Promise<void> {
  const { id: messageId, roomId, threadId, authorId, excerpt, sequence, postedAt } = reply;
  const { mentioned } = reply;
  const present = await stores.rooms.presentAmong(roomId, sequence, userIds);
  const preferences = await stores.roomPreferences.findMany(roomId, [...present]);
  const now = deps.clock();
  const muted = preferences.filter((one) => isMuted(one, now)).map(({ userId }) => userId);
  for (const kind of ['MENTION', 'REPLY'] as const) {
    const people = [...present].filter((id) => mentioned.includes(id) === (kind === 'MENTION'));
    if (people.length === 0) continue;
    const below = preferences.filter((one) => !wantsKind(one.notify, kind));
    const subject = kind === 'MENTION' ? `thread-mention:${threadId}` : `thread:${threadId}`;
    const readers = await settledFor(stores, subject, people, postedAt);
    await notify(
      deps,
      stores,
      {
        sourceId: messageId,
        kind,
        title: null,
        body: excerpt,
        actorId: authorId,
        subject,
        roomId,
        messageId,
        orderId: null,
        target: null,
        words: null,
        sequence,
        at: postedAt,
      },
      people,
      { readers, muted: new Set(muted), below: new Set(below.map(({ userId }) => userId)) },
    );
  }
}
