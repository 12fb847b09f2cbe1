import { isAllowed } from '@souk/runtime/domain';
import {
  callsWhoIsHere,
  HERE_UP_TO_PEOPLE,
  type Mention,
  mentionsOf,
  namesIn,
} from '../domain/mentions.ts';
import { assertMayMentionAll, type Keeper, type Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';

/** Whom somebody's text mentions in a room; reads nothing when it contains no names. */
export async function findMentions(
  { users }: Pick<Stores, 'users'>,
  { text, room, author }: { text: string; room: Room; author: Keeper },
): Promise<Mention[]> {
  const names = namesIn(text);
  const known = names.length === 0 ? [] : await users.findNamed(names);
  return mentionsOf(text, {
    idOf: new Map(known.map(({ id, username }) => [username, id])),
    mayMentionAll: isAllowed(() => assertMayMentionAll(room, author)),
  });
}

/** Whom a message with `@here` calls: people with an open connection at this moment, except its author. */
export async function whoIsHere(
  { presence }: Pick<ChatDeps, 'presence'>,
  { participants }: Pick<Stores, 'participants'>,
  {
    mentions,
    roomId,
    authorId,
  }: { mentions: readonly Mention[]; roomId: string; authorId: string },
): Promise<string[]> {
  if (!callsWhoIsHere(mentions)) return [];
  const people = await participants.someOf(roomId, HERE_UP_TO_PEOPLE + 1);
  if (people.length > HERE_UP_TO_PEOPLE) return [];
  const connected = await presence.connected(people);
  return people.filter((id) => id !== authorId && connected.has(id));
}
