import { announceLocks } from '@souk/runtime/persistence';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { NoticeWords } from '../domain/notice-words.ts';
import type { Db } from './client.ts';

export interface ChangedNotice {
  id: string;
  userId: string;
}

/** Notices of messages that have since been edited or deleted. */
export interface MessageNoticeStore {
  /** Updates the notices of these people that show the message to its current text. */
  setExcerpt(
    messageId: string,
    userIds: readonly string[],
    excerpt: string,
  ): Promise<ChangedNotice[]>;
  /**
   * Removes a message from these people's notices: a notice of only this message is dismissed, one that
   * showed it shows the previous message, and all count one less.
   */
  withdraw(messageId: string, userIds: readonly string[], at: Date): Promise<ChangedNotice[]>;
}

/** What a notice shows if the message it showed was deleted and the previous one is no longer stored. */
const SAID_BEFORE: NoticeWords = { text: 'SAID_BEFORE', values: {} };

/** These people's notices of a message, locked in the same order everywhere. */
const noticesOf = (db: Db, messageId: string, userIds: readonly string[]) => {
  announceLocks(db, ...userIds);
  return Prisma.sql`
  SELECT n.id, n.message_id = ${messageId} AS is_shown, n.count
  FROM delivery d JOIN notification n ON n.id = d.notification_id
  WHERE d.user_id = ANY(${[...userIds]}::text[]) AND d.source_id = ${messageId}
    AND d.channel = 'IN_APP' AND n.dismissed_at IS NULL
  ORDER BY n.user_id FOR UPDATE OF n`;
};

export const createMessageNoticeStore = (db: Db): MessageNoticeStore => ({
  setExcerpt: (messageId, userIds, excerpt) => db.$queryRaw`
    WITH notice AS (${noticesOf(db, messageId, userIds)})
    UPDATE notification n SET body = ${excerpt} FROM notice
    WHERE n.id = notice.id AND notice.is_shown
    RETURNING n.id, n.user_id AS "userId"`,
  withdraw: (messageId, userIds, at) => db.$queryRaw`
    WITH notice AS (${noticesOf(db, messageId, userIds)}),
    kept AS (
      SELECT notice.*, earlier.* FROM notice LEFT JOIN LATERAL (
        SELECT m.id AS message_id, m.excerpt, m.author_id, m.sequence
        FROM delivery d JOIN room_message m ON m.id = d.source_id
        WHERE d.notification_id = notice.id AND d.channel = 'IN_APP'
          AND d.source_id <> ${messageId}
        ORDER BY m.sequence DESC LIMIT 1) earlier ON notice.is_shown)
    UPDATE notification n SET
      count = greatest(n.count - 1, 1),
      dismissed_at = CASE WHEN n.count = 1 THEN ${at}::timestamptz END,
      snoozed_until = CASE WHEN n.count > 1 THEN n.snoozed_until END,
      body = CASE WHEN kept.is_shown THEN coalesce(kept.excerpt, '') ELSE n.body END,
      words = CASE WHEN NOT kept.is_shown THEN n.words
        WHEN kept.message_id IS NULL THEN ${JSON.stringify(SAID_BEFORE)}::jsonb END,
      message_id = CASE WHEN kept.is_shown THEN kept.message_id ELSE n.message_id END,
      actor_id = CASE WHEN kept.is_shown THEN kept.author_id ELSE n.actor_id END,
      source_sequence = coalesce(kept.sequence, n.source_sequence)
    FROM kept WHERE n.id = kept.id
    RETURNING n.id, n.user_id AS "userId"`,
});
