import { blocked, contactRefused } from './errors.ts';
import { MESSAGES_BEFORE_ANSWER, type Room } from './room.ts';

/** How somebody stands to the others in a direct or private room. */
export interface Contact {
  areOthersThere: boolean;
  /** Some were asked to join and have not answered. */
  isAnyoneAsked: boolean;
  /** The other person of a direct room. */
  blocks: boolean;
  isBlocked: boolean;
}

/**
 * How many messages a room may have including the viewer's next one; null for any number. When nobody but the
 * viewer has agreed to be in the room, they may write to strangers only a few times. Throws when the other
 * person of a direct room blocks the viewer.
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
