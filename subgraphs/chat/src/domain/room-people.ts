import { badInput, checkEach, isIdOf, notFound } from '@souk/runtime/domain';
import type { Room } from './room.ts';

export const MAX_PARTICIPANTS_AT_ONCE = 50;
/** A direct room is for people who all know each other; larger circles open a private room. */
export const MAX_DIRECT_PEOPLE = 10;

/** The distinct people, each with a well-formed user id. */
export function peopleOf(
  userIds: readonly string[],
  path: readonly string[],
  limit = MAX_PARTICIPANTS_AT_ONCE,
): string[] {
  if (userIds.length > limit) throw badInput(`At most ${limit} people.`, path);
  checkEach(userIds, (userId, index) => {
    if (!isIdOf('usr', userId)) throw notFound('User', [...path, index]);
  });
  return [...new Set(userIds)];
}

/** The people of a direct room with the viewer, in the order of the room's key. */
export function directPeople(viewerId: string, userIds: readonly string[]): string[] {
  const others = peopleOf(userIds, ['userIds'], MAX_DIRECT_PEOPLE - 1);
  const people = [...new Set([viewerId, ...others])].sort();
  if (people.length < 2) throw badInput('Name somebody else to talk to.', ['userIds']);
  return people;
}

/** The other person of a direct room of two. */
export function counterpartIn({ directPeople }: Room, viewerId: string): string | null {
  const others = directPeople?.filter((id) => id !== viewerId) ?? [];
  return others.length === 1 ? (others[0] ?? null) : null;
}

export const peopleOfKey = (directKey: string): string[] => directKey.split(',');

export const directKeyOf = (people: readonly string[]) => [...people].sort().join(',');
