import { firstIdAt } from '@souk/runtime/domain';
import { createSearchIndex, type KeptWords } from '@souk/runtime/search';
import type { Message } from '../domain/message.ts';
import { cutAt, type FoundInRooms } from '../domain/newest-found.ts';
import type { Db } from './client.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageFromRow } from './message-rows.ts';
import {
  createSearchedParts,
  type MessageQuery,
  OUT_OF_ORDER,
  type SearchedParts,
  type SearchedRoom,
  type Stretch,
} from './searched-parts.ts';

interface SearchedRow {
  id: string;
  text: string | null;
}

/** The words of messages. */
export const messageIndex = (db: Db) =>
  createSearchIndex<SearchedRow>(db, {
    table: 'message',
    columns: 'id, text',
    textsOf: ({ text }) => [[text, 'A']],
    // Each word stands in the index behind its room and part (`message_search_in_part`).
    indexed: null,
  });

/** What a search found, and where it stopped looking. */
export interface FoundMessages {
  /** Newest first, with one more than wanted when there are more. */
  messages: Message[];
  /** Where to go on when it stopped before there were more than wanted; null when it came to the end, or found enough. */
  goesOnAt: string | null;
}

export interface MessageSearch {
  /** From the newest, or from behind the position `from`. */
  find(query: MessageQuery, page: { from: string | null; limit: number }): Promise<FoundMessages>;
  /** The rooms that somebody is in, those with the newest talk first. */
  roomsOf(userId: string, limit: number): Promise<SearchedRoom[]>;
  /** The words by which they are found. */
  readonly words: KeptWords;
}

/** How many rooms are looked into before it is seen whether more must be: those with the newest messages first. */
const ROOMS_AT_FIRST = 8;

/** By how much the time of a message may differ from that of its id, which is made before it is posted. */
const APART_MS = 60 * 60 * 1_000;

export const createMessageSearch = (db: Db): MessageSearch => ({
  words: messageIndex(db).words,
  roomsOf: async (userId, limit) => {
    const rows = await db.$queryRaw<{ id: string; hidden: bigint }[]>`
      SELECT r.id, p.hidden_sequence AS hidden FROM participant p JOIN room r ON r.id = p.room_id WHERE p.user_id = ${userId}
      ORDER BY coalesce(r.last_message_at, r.created_at) DESC, r.id DESC LIMIT ${limit}`;
    return rows.map(({ id, hidden }) => ({ id, hiddenUpTo: Number(hidden) }));
  },
  find: async (query, { from, limit }) => {
    const parts = createSearchedParts(db, query);
    if (parts === null || query.rooms.length === 0) return NOTHING;
    const stretches = await parts.stretches(timesOf(query, from));
    if (stretches.length === 0) return NOTHING;
    const driver = await parts.driver(stretches);
    for (let share = stretches.length, most = limit; ; share /= 8, most += OUT_OF_ORDER) {
      const found = await walkAll(parts, stretches, { driver, share, limit, most });
      // What lies in the wrong order may fill what was looked through, or be all that was found: then more of it is.
      if (found.ids.length === 0 && from !== null && (found.goesOnAt ?? '') >= from) continue;
      const messages = await messagesOf(db, found.ids.slice(0, limit + 1));
      return { messages, goesOnAt: found.ids.length > limit ? null : found.goesOnAt };
    }
  },
});

/** Looks through the rooms, those with the newest messages first, until what is found for certain is enough. */
async function walkAll(
  parts: SearchedParts,
  stretches: readonly Stretch[],
  { limit, ...how }: { driver: string; share: number; most: number; limit: number },
) {
  const found: FoundInRooms = { ids: [], unseen: [] };
  for (let done = 0, next = ROOMS_AT_FIRST; ; next *= 8) {
    const rooms = stretches.slice(done, done + next);
    const walked = await parts.walk(rooms, how);
    found.ids.push(...walked.ids);
    found.unseen.push(...walked.unseen);
    done += rooms.length;
    const cut = cutAt(found, stretches[done]?.newest ?? null);
    if (done >= stretches.length || cut.ids.length > limit) return cut;
  }
}

const NOTHING: FoundMessages = { messages: [], goesOnAt: null };

/** The ids between which messages of the wanted time are. */
const timesOf = ({ since, until }: MessageQuery, from: string | null) => {
  const end = until && firstIdAt('msg', new Date(until.getTime() + APART_MS));
  const before = [from, end].filter((id) => id !== null).sort()[0] ?? null;
  return { before, from: since && firstIdAt('msg', new Date(since.getTime() - APART_MS)) };
};

async function messagesOf(db: Db, ids: readonly string[]): Promise<Message[]> {
  if (ids.length === 0) return [];
  const rows = await db.$queryRaw<MessageRow[]>`
    SELECT ${MESSAGE_COLUMNS} FROM message m WHERE m.id = ANY(${[...ids]}::text[]) ORDER BY m.id DESC`;
  return rows.map(messageFromRow);
}
