import { blocked, contactRefused } from './errors.ts';
import { MESSAGES_BEFORE_ANSWER, type Room } from './room.ts';

/** Who of a room in which people are among themselves hears somebody. */
export interface Contact {
  areOthersThere: boolean;
  /** Some were asked to be there, and have not answered. */
  isAnyoneAsked: boolean;
  /** The other one of two. */
  blocks: boolean;
  isBlocked: boolean;
}

/**
 * How many messages a room may have with the viewer's next one; null for any number. Where nobody but the viewer has
 * agreed to be, strangers are written to a few times. Throws for whom the other one of a direct room blocks.
 */
export function mostMessages(
  { kind, directPeople }: Pick<Room, 'kind' | 'directPeople'>,
  viewerId: string,
  contact: Contact,
  path: readonly string[],
): number | null {
  if (kind === 'PRIVATE') {
    return contact.areOthersThere || !contact.isAnyoneAsked ? null : MESSAGES_BEFORE_ANSWER;
  }
  const others = directPeople?.filter((person) => person !== viewerId) ?? [];
  if (others.length === 0) return null;
  const areTwo = others.length === 1;
  if (areTwo && contact.blocks) throw blocked(path);
  if (!contact.areOthersThere) return MESSAGES_BEFORE_ANSWER;
  if (areTwo && contact.isBlocked) throw contactRefused(path);
  return null;
}
