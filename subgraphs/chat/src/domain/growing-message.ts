import { badInput, proseText } from '@souk/runtime/domain';
import { messageFinal, messageNotOwn } from './errors.ts';
import { assertLive, isFinal, type LiveMessage, type Message } from './message.ts';
import { assertPostsIn, type Room } from './room.ts';

/** As long as any other message. */
const MAX_LENGTH = 4_000;
/** A message whose author falls silent for so long is final, so that nobody waits for the rest of it. */
const APPEND_WINDOW_MS = 10 * 60_000;
/** After so long it is, however often something is appended. */
const LONGEST_MS = 60 * 60_000;

/** Until when something may be appended to a message of this time. */
export const growingUntil = (sentAt: Date, now: Date): Date =>
  new Date(Math.min(now.getTime() + APPEND_WINDOW_MS, sentAt.getTime() + LONGEST_MS));

/** All in a room are sent each; of one person so many, in all of their messages together. */
export const APPENDS_PER_SECOND = 5;
/** Of white space at the end, which another piece may follow, so much is kept. */
const TRAILING = 16;

/** Its author appends to it, for as long as it is not final, and they may say something there. */
export function assertMayAppend(
  message: Message,
  room: Room,
  viewerId: string,
  now: Date,
): asserts message is LiveMessage {
  assertPostsIn(room, viewerId, now);
  if (message.authorId !== viewerId) throw messageNotOwn();
  assertLive(message);
  if (isFinal(message, now)) throw messageFinal();
}

/**
 * What a message says with another piece. Pieces are cut anywhere, inside of a word or of a character with
 * several code points; so the rule of texts holds for the whole and not for a piece.
 */
export function grownText(
  before: string,
  piece: string,
  { isLast, path }: { isLast: boolean; path: readonly string[] },
): string {
  if (!isLast && piece === '') throw badInput('Say something here.', path);
  const whole = before + piece;
  const text = proseText(whole, MAX_LENGTH, path);
  if (isLast) return text;
  // As it was written: the next piece may begin with the other half of a line's end.
  const end = /\s*$/.exec(whole)?.[0] ?? '';
  return text + end.slice(0, TRAILING);
}
