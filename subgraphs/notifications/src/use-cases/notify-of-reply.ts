import { isMuted, wantsKind } from '../domain/room-preference.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { notify } from './notify.ts';
import { settledFor } from './settle-subjects.ts';

/** A reply in a thread, and whom it may concern. */
export interface Reply {
  roomId: string;
  threadId: string;
  messageId: string;
  authorId: string;
  excerpt: string;
  mentioned: readonly string[];
  followerIds: readonly string[];
  /** Its place in the room's stream. */
  sequence: number;
  postedAt: Date;
}

/** Notifies who follows a thread of a reply, and who is named in it that they are; its author knows. */
export async function notifyOfReply(
  deps: NotifyDeps,
  stores: TransactionStores,
  {
    roomId,
    threadId,
    messageId,
    authorId,
    excerpt,
    mentioned,
    followerIds,
    sequence,
    postedAt,
  }: Reply,
): Promise<void> {
  const concerned = [...new Set([...mentioned, ...followerIds])].filter((id) => id !== authorId);
  const present = await stores.rooms.presentAmong(roomId, sequence, concerned);
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
