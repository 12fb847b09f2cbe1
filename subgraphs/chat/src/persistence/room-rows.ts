import { roomStream } from '@souk/runtime/events';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Contact } from '../domain/contact.ts';
import { roleHeld } from '../domain/group-rights.ts';
import type {
  HistoryVisibility,
  NotifyLevel,
  Participation,
  Room,
  RoomKind,
} from '../domain/room.ts';
import { peopleOfKey } from '../domain/room-people.ts';

import type { SupportState } from '../domain/support.ts';

/** A room as the statements of this folder select it. */
export interface RoomRow {
  id: string;
  kind: RoomKind;
  name: string | null;
  topic: string | null;
  avatar_media_id: string | null;
  group_id: string | null;
  direct_key: string | null;
  entity_id: string | null;
  created_by: string | null;
  created_at: Date;
  archived_at: Date | null;
  read_only: boolean;
  slow_mode_seconds: number | null;
  retention_days: number | null;
  history_visibility: HistoryVisibility;
  hidden_sequence: bigint;
  hidden_message_sequence: number;
  version: number;
  last_sequence: number;
  system_count: number;
  head: bigint;
  participant_id: string | null;
  joined_at: Date | null;
  read_message_sequence: number | null;
  read_system_count: number | null;
  last_posted_at: Date | null;
  notify: NotifyLevel | null;
  muted_until: Date | null;
  starred: boolean | null;
  role: string | null;
  group_muted: boolean | null;
  group_muted_until: Date | null;
  support_order: string | null;
  support_seller: string | null;
  support_part: string | null;
  support_state: SupportState | null;
  support_taken_by: string | null;
  requested_by: string | null;
  requested_at: Date | null;
}

/**
 * The position in the room's stream up to which its history is hidden from the viewer: from people who came
 * while newcomers saw nothing of it, and from people who are invited as long as that is so. It is set once
 * when somebody comes, so that later changes of the setting neither show nor hide what they have seen.
 */
const hidden = (ofParticipant: Prisma.Sql, ofAsked: Prisma.Sql) => Prisma.sql`(CASE
  WHEN p.user_id IS NOT NULL THEN ${ofParticipant}
  WHEN r.history_visibility = 'SINCE_JOINING' THEN ${ofAsked} ELSE 0 END)`;
export const HIDDEN = hidden(Prisma.sql`p.hidden_sequence`, Prisma.sql`coalesce(s.sequence, 0)`);
const HIDDEN_MESSAGES = hidden(Prisma.sql`p.hidden_message_sequence`, Prisma.sql`r.last_sequence`);

/**
 * Newest message, stream head and the viewer's markers come with the room in one statement, and thus from one
 * snapshot: later reads are cut off at them, so head and messages always agree.
 */
export const ROOM_COLUMNS = Prisma.sql`
  r.id, r.kind::text AS kind, r.name, r.topic, r.avatar_media_id, r.group_id, r.direct_key, r.entity_id, r.created_by, r.created_at,
  r.archived_at, r.read_only, r.slow_mode_seconds, r.retention_days, r.version,
  r.history_visibility::text AS history_visibility, ${HIDDEN} AS hidden_sequence,
  ${HIDDEN_MESSAGES} AS hidden_message_sequence,
  r.last_sequence, r.system_count, coalesce(s.sequence, 0) AS head,
  p.user_id AS participant_id, p.joined_at, p.read_message_sequence, p.read_system_count,
  p.last_posted_at, p.notify::text AS notify, p.muted_until, p.starred, g.role,
  g.muted AS group_muted, g.muted_until AS group_muted_until,
  u.order_id AS support_order, nullif(u.seller_id, '') AS support_seller,
  u.seller_order_id AS support_part, u.state AS support_state, u.taken_by AS support_taken_by, q.requested_by, q.requested_at`;

/**
 * The room `r` with its stream's head `s`, the viewer's own participation `p`, role `g` in its group, and
 * request `q` that waits for their answer; and `u` for a support room.
 */
export const joinsOf = (viewerId: string | null | Prisma.Sql) => Prisma.sql`
  LEFT JOIN event_stream s ON s.stream = ${roomStream.prefix}::text || r.id
  LEFT JOIN participant p ON p.room_id = r.id AND p.user_id = ${viewerId ?? ''}
  LEFT JOIN group_membership g ON g.group_id = r.group_id AND g.user_id = ${viewerId ?? ''}
  LEFT JOIN support_room u ON u.room_id = r.id
  LEFT JOIN room_request q
    ON q.room_id = r.id AND q.user_id = ${viewerId ?? ''} AND q.declined_at IS NULL`;

/** The one rule of who sees a room, for every statement that reads one. */
export const VISIBLE = Prisma.sql`(r.kind = 'PUBLIC' OR p.user_id IS NOT NULL OR q.room_id IS NOT NULL)`;

/** What somebody `g` is in a room's group, as one text. */
export const STANDING = `concat_ws(' ', g.role, g.muted, g.muted_until)`;

/**
 * How somebody stands to the others of a direct or private room `r`, as a text of `t` and `f`: whether others
 * are there, whether some were asked and have not answered, and, in a direct room of two, who blocks whom.
 * Empty for other rooms.
 */
export const contactWith = (
  person: string,
) => `(CASE WHEN r.kind IN ('DIRECT', 'PRIVATE') THEN concat(
    EXISTS (SELECT 1 FROM participant o WHERE o.room_id = r.id AND o.user_id <> ${person}),
    EXISTS (SELECT 1 FROM room_request a WHERE a.room_id = r.id AND a.declined_at IS NULL),
    EXISTS (SELECT 1 FROM blocked_user b WHERE b.blocker_id = ${person}
      AND b.blocked_id = ANY(string_to_array(r.direct_key, ','))),
    EXISTS (SELECT 1 FROM blocked_user b WHERE b.blocked_id = ${person}
      AND b.blocker_id = ANY(string_to_array(r.direct_key, ',')))) ELSE '' END)`;

export const contactFrom = (text: string): Contact => {
  const [areOthersThere, isAnyoneAsked, blocks, isBlocked] = [...text].map((each) => each === 't');
  return {
    areOthersThere: areOthersThere === true,
    isAnyoneAsked: isAnyoneAsked === true,
    blocks: blocks === true,
    isBlocked: isBlocked === true,
  };
};

/** What was read about a room and an author in order to decide whether they may post there. */
export interface DecidedBy {
  groupId: string | null;
  version: number;
  standing: string;
  contact: string;
}

/** A single room that is shown to everybody who may see it and from whom none of its history is hidden. */
const orShown = (rule: Prisma.Sql, shownToAll: string | null) =>
  shownToAll === null ? rule : Prisma.sql`(${rule} OR r.id = ${shownToAll})`;

export const visible = (shownToAll: string | null) => orShown(VISIBLE, shownToAll);

/**
 * Whether the thread of the message `rootId` began after a position in the room's stream: a thread is hidden
 * like its root.
 */
export const begunAfter = (rootId: Prisma.Sql, place: Prisma.Sql) => Prisma.sql`(
  ${place} = 0 OR EXISTS (
    SELECT 1 FROM message root WHERE root.id = ${rootId} AND root.event_sequence > ${place}))`;

/** Whether a message `m` was posted, and its thread begun, after a position in the room's stream. */
export const saidAfter = (place: Prisma.Sql) => Prisma.sql`(${place} = 0 OR (
  m.event_sequence > ${place} AND
  (m.thread_root_id IS NULL OR ${begunAfter(Prisma.sql`m.thread_root_id`, place)})))`;

/** The one rule of who sees a message `m` of the room `r`. */
export const MESSAGE_VISIBLE = Prisma.sql`(${VISIBLE} AND ${saidAfter(HIDDEN)})`;

export const messageVisible = (shownToAll: string | null) => orShown(MESSAGE_VISIBLE, shownToAll);

/** The one rule of who sees a thread `t` of the room `r`. */
export const THREAD_VISIBLE = Prisma.sql`(${VISIBLE} AND ${begunAfter(Prisma.sql`t.root_id`, HIDDEN)})`;

/**
 * How many messages of the room `r` that people wrote the participant `p` has not read: messages of the room
 * itself are in its sequence, but never count as unread. The same as `unreadOf` of the domain.
 */
export const UNREAD = Prisma.sql`(
  r.last_sequence - r.system_count - (p.read_message_sequence - p.read_system_count))`;

/** The position of a room in lists: the one with the newest message comes first. */
export const NEWEST_TALK = Prisma.sql`coalesce(r.last_message_at, r.created_at)`;

export const roomFromRow = (row: RoomRow): Room => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  topic: row.topic,
  avatarMediaId: row.avatar_media_id,
  groupId: row.group_id,
  directPeople: row.direct_key === null ? null : peopleOfKey(row.direct_key),
  entityId: row.entity_id,
  createdBy: row.created_by,
  createdAt: row.created_at,
  archivedAt: row.archived_at,
  readOnly: row.read_only,
  slowModeSeconds: row.slow_mode_seconds,
  retentionDays: row.retention_days,
  historyVisibility: row.history_visibility,
  hiddenUpTo: { event: Number(row.hidden_sequence), message: row.hidden_message_sequence },
  version: row.version,
  lastSequence: row.last_sequence,
  systemCount: row.system_count,
  head: Number(row.head),
  participation: participationFromRow(row),
  role: row.role === null ? null : roleHeld(row.role),
  groupMute: row.group_muted ? { until: row.group_muted_until } : null,
  support:
    row.support_state === null
      ? null
      : {
          ...{ orderId: row.support_order, sellerId: row.support_seller },
          ...{ sellerOrderId: row.support_part, state: row.support_state },
          takenBy: row.support_taken_by,
        },
  pendingRequest:
    row.requested_by === null || row.requested_at === null
      ? null
      : { requestedBy: row.requested_by, requestedAt: row.requested_at },
});

const participationFromRow = ({
  participant_id: userId,
  joined_at: joinedAt,
  read_message_sequence: readUpTo,
  read_system_count: readSystemCount,
  last_posted_at: lastPostedAt,
  notify,
  muted_until: mutedUntil,
  starred,
}: RoomRow): Participation | null =>
  userId === null || joinedAt === null
    ? null
    : {
        ...{
          userId,
          joinedAt,
          readUpTo: readUpTo ?? 0,
          lastPostedAt,
          readSystemCount: readSystemCount ?? 0,
          mutedUntil,
        },
        notify: notify ?? 'DEFAULT',
        starred: starred ?? false,
      };
