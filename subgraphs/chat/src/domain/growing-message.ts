import { badInput, proseText } from '@souk/runtime/domain';
import { messageFinal, messageNotOwn } from './errors.ts';
import { assertLive, isFinal, type LiveMessage, type Message } from './message.ts';
import { assertPostsIn, type Keeper, type Room } from './room.ts';

/** As long as any other message. */
const MAX_LENGTH = 4_000;
/**
 * A message to which nothing has been appended for this long becomes final, so that nobody waits for the
 * rest.
 */
const APPEND_WINDOW_MS = 10 * 60_000;
/** After this long it becomes final, however often something is appended. */
const LONGEST_MS = 60 * 60_000;

/** Until when something may be appended to a message sent at this time. */
export const growingUntil = (sentAt: Date, now: Date): Date =>
  new Date(Math.min(now.getTime() + APPEND_WINDOW_MS, sentAt.getTime() + LONGEST_MS));

/** Each is sent to everybody in a room; the limit applies to one person's messages together. */
export const APPENDS_PER_SECOND = 5;
/** How much trailing white space is kept, after which another piece may follow. */
const TRAILING = 16;

/** Its author appends to it, as long as it is not final, and may still post in that room. */
export function assertMayAppend(
  message: Message,
  room: Room,
  viewer: Keeper,
  now: Date,
): asserts message is LiveMessage {
  assertPostsIn(room, viewer, now);
  if (message.authorId !== viewer.userId) throw messageNotOwn();
  assertLive(message);
  if (isFinal(message, now)) throw messageFinal();
}

/**
 * A message's text with another piece appended. Pieces may be cut anywhere, inside a word or a character with
 * several code points; so the rules for texts apply to the whole and not to a piece.
 */
export function grownText(
  before: string,
  piece: string,
  { isLast, path }: { isLast: boolean; path: readonly string[] },
): string {
  if (!isLast && piece === '') throw badInput('This must not be empty.', path);
  const whole = before + piece;
  const text = proseText(whole, MAX_LENGTH, path);
  if (isLast) return text;
  // Unnormalised: the next piece may begin with the other half of a line end.
  const end = /\s*$/.exec(whole)?.[0] ?? '';
  return text + end.slice(0, TRAILING);
}
