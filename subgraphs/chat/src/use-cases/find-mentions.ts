import { isAllowed } from '@souk/runtime/domain';
import {
  callsWhoIsHere,
  HERE_UP_TO_PEOPLE,
  type Mention,
  mentionsOf,
  namesIn,
} from '../domain/mentions.ts';
import { assertMayMentionAll, type Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';

/** Whom a text of this viewer mentions in a room; asks for nobody where it names nobody. */
export async function findMentions(
  { users }: Pick<Stores, 'users'>,
  { text, room, viewerId }: { text: string; room: Room; viewerId: string },
): Promise<Mention[]> {
  const names = namesIn(text);
  const known = names.length === 0 ? [] : await users.findNamed(names);
  return mentionsOf(text, {
    idOf: new Map(known.map(({ id, username }) => [username, id])),
    mayMentionAll: isAllowed(() => assertMayMentionAll(room, viewerId)),
  });
}

/** Whom a message calls for being there (`@here`): who has a connection open at this moment, except its author. */
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
