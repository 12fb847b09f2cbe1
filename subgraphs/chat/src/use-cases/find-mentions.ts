import { isAllowed } from '@souk/runtime/domain';
import { type Mention, mentionsOf, namesIn } from '../domain/mentions.ts';
import { assertMayMentionAll, type Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';

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
