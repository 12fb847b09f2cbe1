import { appendedWith, type LoggedChange } from '@souk/runtime/events';
import { announceLocks } from '@souk/runtime/persistence';
import { SEARCH_VERSION } from '@souk/runtime/search';
import type { Message } from '../domain/message.ts';
import type { PostingRules } from '../domain/room.ts';
import type { Db } from './client.ts';
import { messageIndex } from './message-search.ts';
import { contactWith, type DecidedBy, STANDING } from './room-rows.ts';

/** What its author and its room contribute to a message, and what decides whether it may stay. */
export interface Posted {
  sequence: number;
  /** How many of the room's messages people wrote. */
  saidCount: number;
  sentAt: Date;
  /** The rules of the room, which is locked now, and when the author posted before. */
  rules: PostingRules;
  lastPostedAt: Date | null;
}

/** A message before it has its sequence. */
export type Unplaced = Pick<
  Message,
  'id' | 'roomId' | 'text' | 'replyToId' | 'forwardedFromId' | 'growingUntil' | 'inputHash'
> & { authorId: string; clientMessageId: string; growsAsStaff: boolean; at: Date };

interface PostedRow {
  message_sequence: number;
  system_count: number;
  sent_at: Date;
  archived_at: Date | null;
  read_only: boolean;
  slow_mode_seconds: number | null;
  last_posted_at: Date | null;
}

const postedFromRow = (row: PostedRow): Posted => ({
  sequence: row.message_sequence,
  saidCount: row.message_sequence - row.system_count,
  sentAt: row.sent_at,
  rules: {
    archivedAt: row.archived_at,
    readOnly: row.read_only,
    slowModeSeconds: row.slow_mode_seconds,
  },
  lastPostedAt: row.last_posted_at,
});

/**
 * The author's row, locked so that they cannot be removed until the transaction ends. If the decision
 * depended on their role in a group, that row is locked first, and must be unchanged. `announceLocks(db,
 * roomId)` of `postingOf` lets others wait for these locks without a connection.
 */
export const AUTHOR = `SELECT p.last_posted_at, p.read_message_sequence FROM said
    LEFT JOIN standing ON true
    JOIN participant p ON p.room_id = said.room_id AND p.user_id = said.author_id
    WHERE said.seen_standing IS NULL OR said.group_id IS NULL OR said.seen_standing = standing.now
    FOR NO KEY UPDATE OF p`;

/** Never earlier than the previous message, whatever the clocks of two processes say. */
export const SENT_AT = 'greatest(r.last_message_at, r.created_at, said.at)';

/**
 * Takes the room's next message sequence, appends the event and inserts the message. Its author has read
 * everything up to it, which their own devices are told if it is new to them. Locks: group, participant,
 * room, event streams.
 */
export const POSTING = appendedWith({
  before: `said AS MATERIALIZED (
    SELECT * FROM jsonb_to_record($10::jsonb) AS given
      (id text, room_id text, author_id text, client_message_id uuid, input_hash text, text text, reply_to_id text,
       forwarded_from_id text, at timestamptz, growing_until timestamptz, grows_as_staff boolean, search text, stream text,
       group_id text, seen_version int, seen_standing text, seen_contact text)
  ), standing AS MATERIALIZED (
    SELECT ${STANDING} AS now FROM said
    JOIN group_membership g ON g.group_id = said.group_id AND g.user_id = said.author_id
    FOR SHARE OF g
  ), author AS MATERIALIZED (
    ${AUTHOR}
  ), taken AS (
    UPDATE room r SET last_sequence = r.last_sequence + 1, last_message_at = ${SENT_AT}
    FROM author, said
    WHERE r.id = said.room_id AND (said.seen_version IS NULL
      OR (r.version = said.seen_version AND ${contactWith('said.author_id')} = said.seen_contact))
    RETURNING r.last_sequence AS message_sequence, r.system_count, r.last_message_at AS sent_at, r.archived_at, r.read_only,
      r.slow_mode_seconds, author.last_posted_at, author.read_message_sequence < r.last_sequence - 1 AS read_others
  ), gives AS (SELECT * FROM taken), change AS (
    SELECT 1 AS nth, jsonb_build_object('sequence', message_sequence) AS told, NULL AS tells_place_as FROM taken
    UNION ALL SELECT 2, NULL, 'readUpTo' FROM taken WHERE read_others
  )`,
  // Whether they share how far they have read; the same as `sharesReading` of the domain.
  after: `place AS (
    SELECT record.sequence AS event_sequence FROM record JOIN said USING (stream)
  ), read AS (
    UPDATE participant p SET
      read_message_sequence = taken.message_sequence,
      read_system_count = taken.system_count,
      read_event_sequence = place.event_sequence,
      last_posted_at = taken.sent_at,
      last_read_at = greatest(p.last_read_at, taken.sent_at),
      shared_read_sequence = CASE WHEN share.is_shared THEN place.event_sequence ELSE p.shared_read_sequence END,
      shared_read_at = CASE WHEN share.is_shared THEN greatest(p.shared_read_at, taken.sent_at) ELSE p.shared_read_at END
    FROM said, taken, place, LATERAL (SELECT NOT EXISTS (SELECT 1 FROM presence_setting o
      WHERE o.user_id = said.author_id AND (o.invisible OR NOT o.send_read_receipts)) AS is_shared) share
    WHERE p.room_id = said.room_id AND p.user_id = said.author_id
  ), added AS (
    INSERT INTO message (id, room_id, sequence, event_sequence, author_id, client_message_id, input_hash, text,
      reply_to_id, forwarded_from_id, sent_at, growing_until, grows_as_staff, search, search_version)
    SELECT said.id, said.room_id, taken.message_sequence, place.event_sequence, said.author_id, said.client_message_id,
      said.input_hash, said.text, said.reply_to_id, said.forwarded_from_id, taken.sent_at, said.growing_until,
      said.grows_as_staff, said.search::tsvector, ${SEARCH_VERSION}
    FROM said, taken, place
  )`,
  gives: 'gives.*',
});

/**
 * The statement that posts a message in a room, for the event log to send together with its events. Nothing
 * is posted when the author is not in the room, or when anything that the decision was based on has changed.
 */
export function postingOf(
  db: Db,
  message: Unplaced,
  { stream, decidedBy }: { stream: string; decidedBy?: DecidedBy | undefined },
): LoggedChange<Posted> {
  announceLocks(db, message.roomId);
  const { id, roomId, text } = message;
  return {
    text: POSTING,
    read: postedFromRow,
    about: {
      ...{ id, room_id: roomId, author_id: message.authorId, text, stream },
      client_message_id: message.clientMessageId,
      input_hash: message.inputHash,
      reply_to_id: message.replyToId,
      forwarded_from_id: message.forwardedFromId,
      at: message.at,
      growing_until: message.growingUntil,
      grows_as_staff: message.growsAsStaff,
      search: messageIndex(db).vectorOf({ id, text }),
      group_id: decidedBy?.groupId,
      seen_version: decidedBy?.version,
      seen_standing: decidedBy?.standing,
      seen_contact: decidedBy?.contact,
    },
  };
}
