import { Prisma } from '../__generated__/prisma/client.ts';
import type { Message, MessageKind } from '../domain/message.ts';

/** A message as the statements of this folder select it. */
export interface MessageRow {
  id: string;
  room_id: string;
  sequence: number;
  event_sequence: bigint;
  client_message_id: string | null;
  author_id: string | null;
  kind: MessageKind;
  text: string | null;
  reply_to_id: string | null;
  thread_root_id: string | null;
  forwarded_from_id: string | null;
  sent_at: Date;
  input_hash: string | null;
  revision: number;
  edited_at: Date | null;
  deleted_at: Date | null;
  pinned_at: Date | null;
  growth: number;
  growing_until: Date | null;
}

export const MESSAGE_COLUMNS = Prisma.sql`
  m.id, m.room_id, m.sequence, m.event_sequence, m.client_message_id::text AS client_message_id, m.author_id,
  m.kind::text AS kind, m.text,
  m.reply_to_id, m.thread_root_id, m.forwarded_from_id, m.sent_at, m.input_hash, m.revision, m.edited_at, m.deleted_at,
  m.pinned_at, m.growth, m.growing_until`;

export const messageFromRow = (row: MessageRow): Message => ({
  id: row.id,
  roomId: row.room_id,
  sequence: row.sequence,
  eventSequence: Number(row.event_sequence),
  clientMessageId: row.client_message_id,
  authorId: row.author_id,
  kind: row.kind,
  text: row.text,
  replyToId: row.reply_to_id,
  threadRootId: row.thread_root_id,
  forwardedFromId: row.forwarded_from_id,
  sentAt: row.sent_at,
  inputHash: row.input_hash,
  revision: row.revision,
  editedAt: row.edited_at,
  deletedAt: row.deleted_at,
  pinnedAt: row.pinned_at,
  growth: row.growth,
  growingUntil: row.growing_until,
});
